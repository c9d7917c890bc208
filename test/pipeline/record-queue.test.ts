import { expect, it } from 'vitest';
import { recordBytes, recordQueue } from '../../lib/pipeline/record-queue.ts';
import { textRecord } from '../support/memory-log.ts';

const LARGE = { maxRecords: 100, maxBytes: 1_000_000 };
const taken = (queue: ReturnType<typeof recordQueue>, limits = LARGE) =>
  queue.takeBatch(limits).records.map(({ value }) => value?.toString());

it('records leave a queue in the order in which they came, and its memory is free again', () => {
  const queue = recordQueue();
  for (const text of ['a', 'b', 'c']) queue.add(textRecord(text));
  expect(queue.bytes()).toBe(3 * recordBytes(textRecord('a')));
  expect(taken(queue, { ...LARGE, maxRecords: 2 })).toEqual(['a', 'b']);
  expect(queue.isEmpty()).toBe(false);
  queue.add(textRecord('d'));
  expect(taken(queue)).toEqual(['c', 'd']);
  expect([queue.isEmpty(), queue.bytes(), taken(queue)]).toEqual([true, 0, []]);
});

it('a batch keeps to its bytes, and takes a record alone that is larger', () => {
  const queue = recordQueue();
  const [small, large] = [textRecord('s'.repeat(100)), textRecord('l'.repeat(1_000))];
  for (const record of [small, small, large, small]) queue.add(record);
  const limits = { maxRecords: 100, maxBytes: 2 * recordBytes(small) };
  const sizes = [1, 2, 3].map(() => queue.takeBatch(limits)).map(({ records, bytes }) => [records.length, bytes]);
  expect(sizes).toEqual([
    [2, 2 * recordBytes(small)],
    [1, recordBytes(large)],
    [1, recordBytes(small)],
  ]);
});

it('key, value and headers of a record all count', () => {
  const bare = recordBytes({ key: null, value: null, headers: [] });
  const header = { name: 'trace', value: Buffer.from('12') };
  expect(recordBytes({ key: Buffer.from('k'), value: Buffer.from('vv'), headers: [header, header] })).toBe(
    bare + 1 + 2 + 14,
  );
});
