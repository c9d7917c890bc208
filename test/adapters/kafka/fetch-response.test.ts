import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Batch, CompressionTypes } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { decompress, prepareCodecs } from '../../../lib/adapters/kafka/codecs.ts';
import { fetchResponse } from '../../../lib/adapters/kafka/fetch/fetch-response.ts';
import { fetchedBy } from '../../../lib/adapters/kafka/fetch/install-fetch.ts';
import { RecordFormatError } from '../../../lib/adapters/kafka/fetch/record-batch.ts';
import { readRecords } from '../../../lib/adapters/kafka/fetch/record-reader.ts';
import { COMPILED } from '../../../lib/infra/bundle.ts';
import { fetchResponseBytes, recordBatchBytes, type WireBatch, type WireRecord } from '../../support/kafka-wire.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const INSTALL = `import { installFetch } from './lib/adapters/kafka/fetch/install-fetch.ts';
  import { requests } from 'kafkajs/src/protocol/requests/index.js'`;
const HOUR_MS = 3_600_000;
const JANUARY_MS = Date.UTC(2026, 0, 1);
const value = (text: string) => ({ value: Buffer.from(text) });

async function read(batches: readonly WireBatch[], fromOffset = 0, version = 11) {
  const records = Buffer.concat(await Promise.all(batches.map(recordBatchBytes)));
  await prepareCodecs([0, 1]);
  const response = fetchResponse(version, fetchResponseBytes(version, [{ aborted: null, records }]));
  const [partition] = response.responses[0]?.partitions ?? [];
  return (partition?.messages ?? []).flatMap(({ batch }) =>
    batch === null ? [] : readRecords(batch, decompress(batch.codec, batch.records), { kafkaPartition: 3, fromOffset }),
  );
}

describe('a broker’s answer to a fetch', () => {
  it('gives back every byte, null, empty and large ones, headers in order, and times as far apart as they go', async () => {
    const large = Buffer.alloc(20_000, 7);
    const records: WireRecord[] = [
      { offsetDelta: 0, key: null, value: null },
      { offsetDelta: 1, timestampDelta: -5 * HOUR_MS, key: Buffer.alloc(0), value: Buffer.alloc(0) },
      { offsetDelta: 5, timestampDelta: 80 * 365 * 24 * HOUR_MS, key: Buffer.of(0, 255, 128), value: large },
      { offsetDelta: 6, ...value('{}'), headers: { größe: Buffer.from('ü'), a: Buffer.alloc(0) } },
    ];
    for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
      const found = await read([{ firstOffset: 2 ** 40, firstTimestampMs: JANUARY_MS, compression, records }]);
      expect(found.map(({ offset }) => offset - 2 ** 40)).toEqual([0, 1, 5, 6]);
      expect(found.map(({ timestampMs }) => timestampMs - JANUARY_MS)).toEqual(
        records.map(({ timestampDelta = 0 }) => timestampDelta),
      );
      expect(found.map((record) => [record.key, record.value])).toEqual([
        [null, null],
        [Buffer.alloc(0), Buffer.alloc(0)],
        [Buffer.of(0, 255, 128), large],
        [null, Buffer.from('{}')],
      ]);
      expect(found[3]?.headers).toEqual([
        { name: 'größe', value: Buffer.from('ü') },
        { name: 'a', value: Buffer.alloc(0) },
      ]);
      expect(new Set(found.map(({ timestampType }) => timestampType))).toEqual(new Set(['CreateTime']));
    }
  });

  it('has the broker’s time for all records of a batch where the broker has set it', async () => {
    const records = [
      { offsetDelta: 0, timestampDelta: 1, ...value('a') },
      { offsetDelta: 1, timestampDelta: 9, ...value('b') },
    ];
    const found = await read([{ firstOffset: 0, maxTimestampMs: JANUARY_MS, isLogAppendTime: true, records }]);
    expect(found.map(({ timestampMs, timestampType }) => [timestampMs, timestampType])).toEqual([
      [JANUARY_MS, 'LogAppendTime'],
      [JANUARY_MS, 'LogAppendTime'],
    ]);
  });

  it('is read alike in every version of the protocol that a broker may have', async () => {
    const batch = { firstOffset: 4, records: [{ offsetDelta: 0, ...value('a') }] };
    for (const version of [4, 5, 6, 7, 8, 9, 10, 11]) {
      expect((await read([batch], 0, version)).map(({ offset }) => offset)).toEqual([4]);
    }
  });

  it('begins at the offset that was asked for, and leaves out a batch that is cut off at its end', async () => {
    const batches = await Promise.all(
      [0, 3].map((firstOffset) =>
        recordBatchBytes({ firstOffset, records: [0, 1, 2].map((offsetDelta) => ({ offsetDelta, ...value('x') })) }),
      ),
    );
    const all = Buffer.concat(batches);
    for (const bytes of [all.subarray(0, all.length - 1), all.subarray(0, (batches[0]?.length ?? 0) + 5)]) {
      const response = fetchResponse(11, fetchResponseBytes(11, [{ aborted: [], records: bytes }]));
      const [fetched, ...others] = response.responses[0]?.partitions[0]?.messages ?? [];
      expect(others).toEqual([]);
      expect(fetched?.offset).toBe('2');
      const batch = fetched?.batch;
      if (!batch) throw new Error('expected a batch, found none');
      const from = readRecords(batch, batch.records, { kafkaPartition: 0, fromOffset: 1 });
      expect(from.map(({ offset }) => offset)).toEqual([1, 2]);
    }
  });

  it('reaches as far as a batch did before compaction took its last records, or all of them', async () => {
    const bytes = await recordBatchBytes({
      firstOffset: 10,
      lastOffset: 19,
      records: [{ offsetDelta: 2, ...value('x') }],
    });
    const empty = await recordBatchBytes({ firstOffset: 20, lastOffset: 29, records: [] });
    const response = fetchResponse(
      11,
      fetchResponseBytes(11, [{ aborted: [], records: Buffer.concat([bytes, empty]) }]),
    );
    expect(response.responses[0]?.partitions[0]?.messages.map(({ offset }) => offset)).toEqual(['19', '29']);
  });

  it('says what is wrong with bytes that are no records, and with a codec that is not read', async () => {
    const bytes = await recordBatchBytes({ firstOffset: 7, records: [{ offsetDelta: 0, ...value('abc') }] });
    const old = Buffer.from(bytes);
    old.writeInt8(1, 16);
    const answer = (records: Buffer) => fetchResponseBytes(11, [{ aborted: [], records }]);
    expect(() => fetchResponse(11, answer(old))).toThrow(/^offset 7 has message format 1, expected 2: .*Kafka 0\.11/);
    const [fetched] = fetchResponse(11, answer(bytes)).responses[0]?.partitions[0]?.messages ?? [];
    if (!fetched?.batch) throw new Error('expected a batch, found none');
    const { batch } = fetched;
    const place = { kafkaPartition: 0, fromOffset: 0 };
    for (let length = 0; length < batch.records.length; length += 1) {
      expect(() => readRecords(batch, batch.records.subarray(0, length), place)).toThrow(RecordFormatError);
    }
  });

  it('is read by us inside of a bundle too', async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const outfile = join(path, 'bundle.mjs');
      buildSync({
        ...COMPILED,
        stdin: { contents: `${INSTALL}; installFetch(); export { requests }`, resolveDir: process.cwd() },
        outfile,
        banner: { js: "import{createRequire as cr}from'node:module';const require=cr(import.meta.url);" },
      });
      const { requests } = await import(outfile);
      const records = await recordBatchBytes({ firstOffset: 4, records: [{ offsetDelta: 0, ...value('a') }] });
      const { response } = requests.Fetch.protocol({ version: 11 })({ topics: [] });
      const { responses } = await response.decode(fetchResponseBytes(11, [{ aborted: [], records }]));
      expect(responses[0].partitions[0].messages).toMatchObject([{ offset: '4', batch: { baseOffset: 4 } }]);
    } finally {
      await remove();
    }
  });

  it('is refused where kafkajs has read it by itself, as another version of it might', () => {
    const message = { offset: '3', key: null, value: Buffer.from('x'), headers: {} };
    const batch = (more: object) => ({ topic: 'orders', partition: 0, ...more }) as unknown as Batch;
    expect(() => fetchedBy(batch({ fetchedOffset: '3', messages: [message] }))).toThrow(
      /^kafkajs: expected version 2\.2\.4, .*nothing of them was taken$/,
    );
    const own = { offset: '3', isControlRecord: false, batch: null };
    expect(() => fetchedBy(batch({ messages: [own] }))).toThrow(/^kafkajs: expected version 2\.2\.4/);
    expect(fetchedBy(batch({ fetchedOffset: '3', messages: [own] }))).toEqual({ batches: [own], fromOffset: 3 });
  });
});
