import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeBytes, mskEvent, payloadBytes } from '../../../lib/local/event-source/msk-event.ts';
import type { LogRecord } from '../../../lib/pipeline/ports.ts';
import { expectGolden, goldenJson } from '../../support/golden.ts';
import { lambdaJson } from '../../support/lambda-json.ts';

const origin = {
  topic: 'shop.purchases',
  eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/weir/00000000-0000-0000-0000-000000000000-0',
  bootstrapServers: 'localhost:9092',
};

const record: LogRecord = {
  kafkaPartition: 0,
  offset: 15,
  timestampMs: 1_769_864_400_123,
  timestampType: 'LogAppendTime',
  key: Buffer.from('Italy'),
  value: Buffer.from('{"amount":70}'),
  headers: [],
};

describe('the MSK event', () => {
  it('has the log’s own bytes, not copies of them', () => {
    const [delivered] = mskEvent(origin, [{ kafkaPartition: 0, records: [record] }]).records['shop.purchases-0'] ?? [];
    expect(delivered?.key).toBe(record.key);
    expect(delivered?.value).toBe(record.value);
  });

  it('is what Lambda hands over, once its bytes are in base64', () => {
    const headers = [
      { name: 'trace', value: Uint8Array.of(0, 127, 128, 255) },
      { name: 'trace', value: Uint8Array.of() },
      { name: '__proto__', value: Uint8Array.of(1) },
    ];
    const first = [record, { ...record, offset: 16, key: null, headers }];
    const tombstone: LogRecord = { ...record, kafkaPartition: 1, offset: 3, timestampType: 'CreateTime', value: null };
    const event = mskEvent(origin, [
      { kafkaPartition: 0, records: first },
      { kafkaPartition: 1, records: [tombstone, { ...tombstone, offset: 4, timestampMs: -1, value: Buffer.of() }] },
    ]);
    expectGolden('msk-event.json', goldenJson(JSON.parse(lambdaJson(event))));
  });

  it('never has more bytes than were counted for it', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const anyRecord = fc.record<LogRecord>({
      kafkaPartition: fc.constant(2),
      offset: fc.maxSafeNat(),
      timestampMs: fc.integer({ min: -1, max: 4_000_000_000_000 }),
      timestampType: fc.constantFrom('LogAppendTime', 'CreateTime'),
      key: fc.option(bytes),
      value: fc.option(bytes),
      headers: fc.array(fc.record({ name: fc.string({ unit: 'binary' }), value: bytes }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 5 }), (records) => {
        const event = mskEvent(origin, [{ kafkaPartition: 2, records }]);
        const counted = records.reduce((sum, one) => sum + payloadBytes(origin.topic, one), envelopeBytes(origin, 3));
        expect(Buffer.byteLength(lambdaJson(event))).toBeLessThanOrEqual(counted);
      }),
      { numRuns: 100 },
    );
  });

  it('has hardly fewer bytes than were counted for it, however long its headers are', () => {
    const value = new Uint8Array(30_000).map((_, index) => [0, 9, 10, 99, 100, 255][index % 6] ?? 0);
    const heavy = {
      ...record,
      headers: [{ name: 'trace', value }],
      key: Buffer.from('123'),
      value: Buffer.from('4567'),
    };
    const event = mskEvent(origin, [{ kafkaPartition: 0, records: [heavy] }]);
    const bytes = Buffer.byteLength(lambdaJson(event));
    const counted = payloadBytes(origin.topic, heavy) + envelopeBytes(origin, 1);
    expect(counted).toBeGreaterThanOrEqual(bytes);
    expect(counted - bytes).toBeLessThan(20);
  });
});
