import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { batchesOf } from '../../lib/pipeline/msk-event.ts';
import { sourceHeaders } from '../../lib/pipeline/source-position.ts';
import { chatMessages } from '../fixtures/lake/streams/chat.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';

const record = (offset: number, more: Partial<MSKRecord> = {}): MSKRecord => ({
  ...{ topic: 't', partition: 3, offset, timestamp: 1_769_864_400_000, timestampType: 'LOG_APPEND_TIME' },
  ...{ key: '', value: 'e30=', headers: [], ...more },
});

const batchesFrom = (records: MSKRecord[], contract: Contract = shopPurchases) => {
  const event: MSKEvent = {
    eventSource: 'aws:kafka',
    eventSourceArn: '',
    bootstrapServers: '',
    records: { 't-3': records },
  };
  return batchesOf(event, (topic) => ({ topic, contract, incarnation: 0 }));
};

describe('an event’s batches', () => {
  it('have its own records, not copies of them', () => {
    const records = [record(0), record(1)];
    expect(batchesFrom(records)[0]?.records).toBe(records);
  });

  it('take a timestamp that JavaScript cannot hold for none, and leave the others', () => {
    const largest = Number('9223372036854775807');
    const [batch] = batchesFrom([record(0), record(1, { timestamp: largest }), record(2, { timestamp: -1 })]);
    expect(batch?.records.map(({ timestamp }) => timestamp)).toEqual([1_769_864_400_000, -1, -1]);
  });

  it('of a refined stream say where each record comes from, when its headers do', () => {
    const source = { incarnation: 0, offset: 7, ordinal: 1, timestampMs: -1 };
    const headers = sourceHeaders(source).map(({ name, value }) => ({ [name]: [...value] }));
    const [batch] = batchesFrom([record(0, { headers }), record(1)], chatMessages);
    expect(batch?.records.map((one) => one.source)).toEqual([source, undefined]);
  });
});
