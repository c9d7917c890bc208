import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbChainRows } from '../../../lib/adapters/duckdb/chain-rows.ts';
import { duckdbRowEncoder } from '../../../lib/adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { type Contract, contract, integer, string } from '../../../lib/contracts/contract.ts';
import { rowSelect } from '../../../lib/derive/row-select.ts';
import { ObjectNotFoundError } from '../../../lib/pipeline/ports.ts';
import { type Accepted, reader } from '../../../lib/pipeline/reading.ts';
import { contracts } from '../../support/fixture-project.ts';
import { flatContract, foreignContract, foreignNestedContract, nestedContract } from '../../support/flat-contract.ts';
import { eventTexts, fuzzRuns } from '../../support/json-events.ts';
import { withPosition } from '../../support/rows.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');
const PLACE = { incarnation: 0, kafkaPartition: 3 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-chain-rows-'));
});
afterEach(() => rm(folder, { recursive: true }));

const rows = () => duckdbChainRows({ store: directoryObjectStore(join(folder, 'lake')), memoryMegabytes: 256 });

/** Writes lines as one object, as the sink does. */
async function put(key: string, of: Contract, lines: readonly string[]) {
  const encoder = duckdbRowEncoder({ dir: join(folder, 'tmp'), memoryMegabytes: 256, codec: 'snappy' });
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const longestLineBytes = Math.max(...lines.map((line) => Buffer.byteLength(line) + 1));
  const constants = { ...PLACE, contractVersion: of.version };
  const encoded = await encoder.encode({
    select: rowSelect(of),
    lines: bytes,
    longestLineBytes,
    constants,
    footer: { weir: '{}' },
  });
  if ('refused' in encoded) throw new Error(encoded.refused);
  await directoryObjectStore(join(folder, 'lake')).putIfAbsent(key, encoded.body, {});
}

describe('an event read back from its row', () => {
  it.each([
    flatContract,
    nestedContract,
    foreignContract,
    foreignNestedContract,
    ...contracts.filter((one) => one.refinedFrom === null),
  ])('is the event: $name', async (declared) => {
    // Random numbers do not meet rules that compare fields.
    const of = { ...declared, rules: [] };
    const read = reader(of);
    const accepted: Accepted[] = [];
    const texts = fc.property(eventTexts(of, 1), fc.constantFrom(',"more":[1,{"a":" "}]}', '}'), (text, end) => {
      const reading = read.read(Buffer.from(`${text.trimEnd().slice(0, -1)}${end}`), NOW_MS);
      if (!('reason' in reading)) accepted.push(reading);
    });
    fc.assert(texts, { numRuns: fuzzRuns(300) });
    expect(accepted.length).toBeGreaterThan(20);
    await put(
      'a.parquet',
      of,
      accepted.map(({ line }, offset) => withPosition(line, offset, NOW_MS)),
    );
    const found = await rows().events(['a.parquet'], { ...PLACE, contract: of }, [...accepted.keys()]);
    expect(found.map(({ offset }) => offset)).toEqual([...accepted.keys()]);
    const again = found.map(({ payload, timestampMs }) => read.read(payload, timestampMs));
    expect(again).toEqual(accepted);
  });
});

const declared = { version: 1, description: 'Events.', owner: 'test', key: null, identity: 'position' } as const;
const first = contract({
  ...declared,
  name: 'test.rows',
  eventTime: { kafkaTimestamp: true },
  fields: { a: string('A.') },
});
const second = contract({
  ...declared,
  ...{ name: 'test.rows', version: 2, eventTime: { kafkaTimestamp: true } },
  fields: { a: string('A.'), b: integer('B.', { nullable: true }) },
});
const refined = contract({
  ...declared,
  name: 'test.parts',
  refinedFrom: 'test.rows',
  eventTime: { kafkaTimestamp: true },
  fields: { a: string('A.') },
});

describe('rows of a chain', () => {
  it('are those of the asked offsets, of one kafka partition and incarnation, from objects of any version', async () => {
    await put('1.parquet', first, [withPosition('{"a":"x"}', 1, NOW_MS), withPosition('{"a":"y"}', 2, -1)]);
    await put('2.parquet', second, [withPosition('{"a":"z","b":3,"$x":"{\\"c\\":1.50}"}', 5, NOW_MS)]);
    const keys = ['2.parquet', '1.parquet'];
    const found = await rows().events(keys, { ...PLACE, contract: second }, [2, 5, 9]);
    expect(found.map(({ payload, ...row }) => ({ ...row, payload: payload.toString() }))).toEqual([
      { offset: 2, timestampMs: 0, payload: '{"a":"y"}' },
      { offset: 5, timestampMs: NOW_MS, payload: '{"a":"z","b":3,"c":1.50}' },
    ]);
    expect(await rows().events(keys, { ...PLACE, incarnation: 1, contract: second }, [2])).toEqual([]);
    expect(await rows().events(keys, { ...PLACE, kafkaPartition: 2, contract: second }, [2])).toEqual([]);
    await expect(rows().events(['none.parquet'], { ...PLACE, contract: second }, [2])).rejects.toThrow(
      ObjectNotFoundError,
    );
  });

  it('of a refined table say where they come from, or are counted as unknown', async () => {
    const line = (source: string) => `{"$o":1,"$t":${NOW_MS}${source},"a":"x"}`;
    await put('1.parquet', refined, [line(',"$s":7,"$n":1'), line(',"$s":7,"$n":0'), line(',"$s":8,"$n":0'), line('')]);
    await put('old.parquet', first, [withPosition('{"a":"x"}', 1, NOW_MS)]);
    expect(await rows().sources(['1.parquet', 'old.parquet'], PLACE, [7, 9])).toEqual({
      rows: [
        { offset: 7, ordinal: 0 },
        { offset: 7, ordinal: 1 },
      ],
      unknown: 2,
    });
    expect(await rows().sources([], PLACE, [7])).toEqual({ rows: [], unknown: 0 });
  });
});
