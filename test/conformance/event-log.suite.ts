import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type EventLog,
  type LogReader,
  type LogRecord,
  type RecordToAppend,
  type TopicSettings,
  UnknownTopicError,
} from '../../lib/pipeline/ports.ts';

/** An implementation, with data that outlives an opening. */
export interface EventLogSubject {
  log(): EventLog;
  /** Closes the log and opens it again on the same data. */
  reopen(): Promise<void>;
  /** Deletes a topic as somebody else would; the log may be opened again by that. */
  deleteTopic(topic: string): Promise<void>;
}

const HOUR_MS = 3_600_000;
const MEBIBYTE = 1024 * 1024;
const LIMITS = { maxRecords: 1000, maxBytes: 1_000_000, waitMs: 10_000 };

const bytes = (text: string) => Buffer.from(text);
const record = (value: string, key: string | null = null): RecordToAppend => ({
  key: key === null ? null : bytes(key),
  value: bytes(value),
  headers: [],
});
const text = ({ value }: LogRecord) => (value === null ? null : Buffer.from(value).toString());
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => record(`record ${from + i}`));
const texts = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `record ${from + i}`);

/** Polls until so many records have come. */
async function read(reader: LogReader, count: number, limits = LIMITS): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  while (records.length < count) {
    const more = await reader.poll(limits);
    if (more.length === 0) throw new Error(`expected ${count} records, found ${records.length}`);
    records.push(...more);
  }
  return records;
}

/** What every EventLog promises; see the port. */
export function eventLogSuite(subject: EventLogSubject): void {
  const { reopen } = subject;
  const log = () => subject.log();

  async function newTopic(settings: Partial<TopicSettings> = {}): Promise<string> {
    const topic = `weir.test-${randomUUID()}`;
    const defaults = { kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 24 * HOUR_MS } as const;
    await log().createTopic({ topic, ...defaults, ...settings });
    return topic;
  }

  /** A reader that is closed in the end, whatever happens. */
  async function reading<T>(topic: string, group: string, use: (reader: LogReader) => Promise<T>): Promise<T> {
    const reader = await log().openReader(topic, group);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  }

  describe('topics', () => {
    it('is there once it is created, as often as that is asked for', async () => {
      const topic = await newTopic();
      await log().append(topic, 0, numbered(3));
      await log().createTopic({ topic, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 24 * HOUR_MS });
      expect(await log().topics()).toContain(topic);
      expect(await log().endOffsets(topic)).toEqual([3]);
    });

    it('can be asked about and written to as soon as it is created', async () => {
      for (let number = 0; number < 20; number += 1) {
        const topic = await newTopic({ kafkaPartitions: 2 });
        await log().topicId(topic);
        expect(await log().append(topic, 1, numbered(1))).toEqual({ firstOffset: 0 });
        expect(await log().endOffsets(topic)).toEqual([0, 1]);
      }
    });

    it('gets further kafka partitions and never loses one', async () => {
      const topic = await newTopic({ kafkaPartitions: 1 });
      await log().append(topic, 0, numbered(2));
      const settings = { topic, timestampType: 'LogAppendTime', retentionMs: 24 * HOUR_MS } as const;
      await log().createTopic({ ...settings, kafkaPartitions: 3 });
      expect(await log().kafkaPartitions(topic)).toBe(3);
      await log().createTopic({ ...settings, kafkaPartitions: 2 });
      expect(await log().kafkaPartitions(topic)).toBe(3);
      await log().append(topic, 2, numbered(1));
      expect(await log().endOffsets(topic)).toEqual([2, 0, 1]);
    });

    it('refuses a topic that does not exist', async () => {
      const topic = `weir.missing-${randomUUID()}`;
      await expect(log().kafkaPartitions(topic)).rejects.toThrow(UnknownTopicError);
      await expect(log().append(topic, 0, numbered(1))).rejects.toThrow(UnknownTopicError);
      await expect(log().openReader(topic, 'group')).rejects.toThrow(UnknownTopicError);
      await expect(log().endOffsets(topic)).rejects.toThrow(UnknownTopicError);
      await expect(log().offsetsAt(topic, 0)).rejects.toThrow(UnknownTopicError);
      await expect(log().committedOffsets(topic, 'group')).rejects.toThrow(UnknownTopicError);
    });

    it('refuses names that no topic can have, and kafka partitions that the topic does not have', async () => {
      const settings = { kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: HOUR_MS } as const;
      for (const topic of ['', '..', '../x', 'a/b', 'a b', 'ä', 'x'.repeat(250)]) {
        await expect(log().createTopic({ topic, ...settings }), topic).rejects.toThrow(/topic/i);
      }
      const topic = await newTopic();
      await expect(log().append(topic, 1, numbered(1))).rejects.toThrow(/kafka partition/);
    });
  });

  describe('identities', () => {
    it('has an identity that it keeps', async () => {
      const before = await log().identity();
      expect(before).not.toBe('');
      await reopen();
      expect(await log().identity()).toBe(before);
    });

    it('gives every topic an id, which it keeps when it is created once more, grows or is opened again', async () => {
      const [topic, other] = [await newTopic(), await newTopic()];
      const before = await log().topicId(topic);
      expect(before).toMatch(/^[\w-]{20,}$/);
      expect(await log().topicId(other)).not.toBe(before);
      await log().createTopic({ topic, kafkaPartitions: 2, timestampType: 'LogAppendTime', retentionMs: HOUR_MS });
      await reopen();
      expect(await log().topicId(topic)).toBe(before);
      await expect(log().topicId(`weir.missing-${randomUUID()}`)).rejects.toThrow(UnknownTopicError);
    });

    it('gives a topic that was deleted and created again another id', async () => {
      const topic = await newTopic();
      const before = await log().topicId(topic);
      await subject.deleteTopic(topic);
      await log().createTopic({ topic, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: HOUR_MS });
      expect(await log().topicId(topic)).toMatch(/^[\w-]{20,}$/);
      expect(await log().topicId(topic)).not.toBe(before);
    });
  });

  describe('groups', () => {
    it('can be moved while nobody reads for them: the next reader continues there', async () => {
      const topic = await newTopic({ kafkaPartitions: 2 });
      await log().append(topic, 0, numbered(10));
      await log().moveGroup(topic, 'moved', new Map([[0, 7]]));
      expect(await log().committedOffsets(topic, 'moved')).toEqual([7, null]);
      await reopen();
      expect((await reading(topic, 'moved', (reader) => read(reader, 3))).map(text)).toEqual(texts(3, 7));
      await log().moveGroup(topic, 'moved', new Map([[0, 2]]));
      expect((await reading(topic, 'moved', (reader) => read(reader, 8))).map(text)).toEqual(texts(8, 2));
    });

    it('know how many read for them, and are not moved then', async () => {
      const topic = await newTopic();
      await log().append(topic, 0, numbered(1));
      expect(await log().readers(topic, 'counted')).toBe(0);
      await reading(topic, 'counted', async (reader) => {
        await read(reader, 1);
        expect(await log().readers(topic, 'counted')).toBe(1);
        await expect(log().moveGroup(topic, 'counted', new Map([[0, 0]]))).rejects.toThrow(/group counted.* readers/);
      });
      expect(await log().readers(topic, 'counted')).toBe(0);
    });
  });

  describe('appending', () => {
    it('gives back every byte, null and empty ones included', async () => {
      const topic = await newTopic();
      const header = (name: string, value: string) => ({ name, value: bytes(value) });
      const all: RecordToAppend[] = [
        { key: null, value: null, headers: [] },
        { key: bytes(''), value: bytes(''), headers: [header('empty', '')] },
        { key: Uint8Array.of(0, 255, 128), value: Uint8Array.of(254, 0, 10, 13), headers: [] },
        { key: bytes('k'), value: null, headers: [header('a', '1'), header('b', '2')] },
        { key: null, value: bytes('{"a":1}'), headers: [header('same', 'first'), header('same', 'second')] },
        {
          key: null,
          value: bytes('x'),
          headers: [header('größe', 'ü'), header('__proto__', 'p'), header('constructor', 'c')],
        },
        { key: null, value: new Uint8Array(900_000).fill(7), headers: [] },
      ];
      await log().append(topic, 0, all);
      const found = await reading(topic, 'bytes', (reader) => read(reader, all.length));
      const plain = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('latin1'));
      const shape = ({ key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>) => ({
        key: plain(key),
        value: plain(value),
        headers: headers.map(({ name, value }) => [name, plain(value)]),
      });
      expect(found.map(shape)).toEqual(all.map(shape));
    });

    it('takes records of megabytes, beside small ones, and gives them back', async () => {
      const topic = await newTopic();
      const sizes = [10, 2 * MEBIBYTE, 10, 4 * MEBIBYTE, 10];
      const large = sizes.map((size) => ({ key: null, value: new Uint8Array(size).fill(7), headers: [] }));
      await log().append(topic, 0, large);
      const found = await reading(topic, 'large', (reader) => read(reader, sizes.length));
      expect(found.map(({ value }) => value?.length)).toEqual(sizes);
    });

    it('numbers the records of each kafka partition without a gap, and says the first number', async () => {
      const topic = await newTopic({ kafkaPartitions: 2 });
      expect(await log().append(topic, 1, numbered(3))).toEqual({ firstOffset: 0 });
      expect(await log().append(topic, 1, numbered(2, 3))).toEqual({ firstOffset: 3 });
      expect(await log().append(topic, 0, numbered(1))).toEqual({ firstOffset: 0 });
      const found = await reading(topic, 'numbers', (reader) => read(reader, 6));
      const second = found.filter(({ kafkaPartition }) => kafkaPartition === 1);
      expect(second.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
      expect(second.map(text)).toEqual(texts(5));
    });

    it('keeps the order of calls that overlap, and the records of each together', async () => {
      const topic = await newTopic();
      const calls = Array.from({ length: 20 }, (_, call) => log().append(topic, 0, numbered(5, call * 5)));
      const answers = await Promise.all(calls);
      const found = await reading(topic, 'order', (reader) => read(reader, 100));
      expect(answers.map(({ firstOffset }) => firstOffset)).toEqual(answers.map((_, call) => call * 5));
      expect(found.map(text)).toEqual(texts(100));
    });

    it('stamps records with its own time, which never goes back', async () => {
      const topic = await newTopic();
      await log().append(topic, 0, [{ ...record('given'), timestampMs: 12_345 }]);
      await log().append(topic, 0, numbered(5));
      const found = await reading(topic, 'time', (reader) => read(reader, 6));
      const times = found.map(({ timestampMs }) => timestampMs);
      expect(times).toEqual([...times].sort((left, right) => left - right));
      expect(Math.min(...times)).toBeGreaterThan(12_345);
      expect(new Set(found.map(({ timestampType }) => timestampType))).toEqual(new Set(['LogAppendTime']));
    });

    it('keeps producers’ times where the topic has them, and the time of the append where the producer gave none', async () => {
      const topic = await newTopic({ timestampType: 'CreateTime' });
      const now = Date.now();
      const given = [now, now - 5000, undefined, now + 5000];
      await log().append(
        topic,
        0,
        given.map((timestampMs, i) => ({
          ...record(`record ${i}`),
          ...(timestampMs !== undefined && { timestampMs }),
        })),
      );
      const found = await reading(topic, 'times', (reader) => read(reader, 4));
      const times = found.map(({ timestampMs }) => timestampMs);
      expect(times).toEqual([now, now - 5000, times[2], now + 5000]);
      expect(Math.abs((times[2] ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(new Set(found.map(({ timestampType }) => timestampType))).toEqual(new Set(['CreateTime']));
    });
  });

  describe('reading', () => {
    it('gives every group every record, and continues after what was committed, also when it was opened again', async () => {
      const topic = await newTopic();
      await log().append(topic, 0, numbered(10));
      await reading(topic, 'one', async (reader) => {
        expect((await read(reader, 10)).map(text)).toEqual(texts(10));
        await reader.commit(new Map([[0, 4]]));
      });
      expect(await log().committedOffsets(topic, 'one')).toEqual([4]);
      expect(await log().committedOffsets(topic, 'two')).toEqual([null]);
      await reopen();
      expect(await log().committedOffsets(topic, 'one')).toEqual([4]);
      expect((await reading(topic, 'one', (reader) => read(reader, 6))).map(text)).toEqual(texts(6, 4));
      expect((await reading(topic, 'two', (reader) => read(reader, 10))).map(text)).toEqual(texts(10));
    });

    it('reads on from where it is, committed or not', async () => {
      const topic = await newTopic();
      await reading(topic, 'on', async (reader) => {
        for (let round = 0; round < 5; round += 1) {
          await log().append(topic, 0, numbered(3, round * 3));
          expect((await read(reader, 3)).map(text)).toEqual(texts(3, round * 3));
        }
      });
    });

    it('tells its position: after what it has handed out, whatever was committed', async () => {
      const topic = await newTopic({ kafkaPartitions: 2 });
      await log().append(topic, 1, numbered(10));
      await reading(topic, 'position', async (reader) => {
        expect(reader.position().get(1) ?? 0).toBe(0);
        const some = await read(reader, 4, { ...LIMITS, maxRecords: 4 });
        expect(reader.position().get(1)).toBe(some.length);
        await read(reader, 10 - some.length);
        expect(reader.position().get(1)).toBe(10);
        expect(reader.position().get(0) ?? 0).toBe(0);
      });
    });

    it('resolves empty after the wait, and at once when a record comes', async () => {
      const topic = await newTopic();
      await reading(topic, 'wait', async (reader) => {
        await log().append(topic, 0, numbered(1));
        await read(reader, 1);
        const before = performance.now();
        expect(await reader.poll({ ...LIMITS, waitMs: 200 })).toEqual([]);
        expect(performance.now() - before).toBeGreaterThan(150);
        const polled = reader.poll({ ...LIMITS, waitMs: 20_000 });
        const appendedAt = performance.now();
        await log().append(topic, 0, numbered(1, 1));
        expect((await polled).map(text)).toEqual(texts(1, 1));
        expect(performance.now() - appendedAt).toBeLessThan(5000);
      });
    });

    it('keeps to the limits of a poll, but for a first record that is larger than all of it', async () => {
      const topic = await newTopic();
      const large = { key: null, value: new Uint8Array(50_000).fill(1), headers: [] };
      await log().append(topic, 0, [...numbered(10), large, ...numbered(2, 10), large]);
      await reading(topic, 'limits', async (reader) => {
        const sizes: number[] = [];
        const found: LogRecord[] = [];
        while (found.length < 14) {
          const some = await reader.poll({ maxRecords: 4, maxBytes: 2000, waitMs: 10_000 });
          expect(some.length).toBeLessThanOrEqual(4);
          sizes.push(some.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
          found.push(...some);
        }
        expect(found.map(({ offset }) => offset)).toEqual(Array.from({ length: 14 }, (_, offset) => offset));
        expect(sizes.filter((size) => size > 2000)).toEqual([50_000, 50_000]);
      });
    });

    it('gives each kafka partition’s records in order, and starves none', async () => {
      const topic = await newTopic({ kafkaPartitions: 4 });
      for (let number = 0; number < 4; number += 1) await log().append(topic, number, numbered(50));
      await reading(topic, 'many', async (reader) => {
        const found = await read(reader, 200, { ...LIMITS, maxRecords: 20 });
        for (let number = 0; number < 4; number += 1) {
          const own = found.filter(({ kafkaPartition }) => kafkaPartition === number);
          expect(own.map(text)).toEqual(texts(50));
        }
      });
    });

    it('reads many kafka partitions at once, and Node sees nothing to warn of', async () => {
      const warnings: string[] = [];
      const listen = ({ name }: Error) => warnings.push(name);
      process.on('warning', listen);
      const kafkaPartitions = 16;
      const topic = await newTopic({ kafkaPartitions });
      for (let number = 0; number < kafkaPartitions; number += 1) await log().append(topic, number, numbered(20));
      await reading(topic, 'wide', async (reader) => {
        // Slowly at first, so that all of them wait to be taken.
        expect((await read(reader, 1, { ...LIMITS, maxRecords: 1 })).length).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        expect((await read(reader, kafkaPartitions * 20 - 1)).length).toBe(kafkaPartitions * 20 - 1);
      });
      process.off('warning', listen);
      expect(warnings.filter((name) => name === 'MaxListenersExceededWarning')).toEqual([]);
    });

    it('shares the kafka partitions among a group’s readers; who remains continues after what was committed', async () => {
      const topic = await newTopic({ kafkaPartitions: 2 });
      const first = await log().openReader(topic, 'shared');
      const second = await log().openReader(topic, 'shared');
      const seen = new Map<string, Set<number>>([
        ['first', new Set()],
        ['second', new Set()],
      ]);
      const polling = async (name: string, reader: LogReader) => {
        for (const { kafkaPartition, offset } of await reader.poll({ ...LIMITS, waitMs: 300 })) {
          seen.get(name)?.add(kafkaPartition);
          await reader.commit(new Map([[kafkaPartition, offset + 1]]));
        }
      };
      const isShared = () => [...seen.values()].every((numbers) => numbers.size > 0);
      for (let round = 0; round < 60 && !isShared(); round += 1) {
        await Promise.all([0, 1].map((number) => log().append(topic, number, numbered(1))));
        await Promise.all([polling('first', first), polling('second', second)]);
      }
      expect(isShared()).toBe(true);
      await second.close();
      const committed = await log().committedOffsets(topic, 'shared');
      const ends = await log().endOffsets(topic);
      await Promise.all([0, 1].map((number) => log().append(topic, number, numbered(5))));
      const left = ends.reduce((sum, end, number) => sum + end - (committed[number] ?? 0), 10);
      const found = new Set<string>();
      while (found.size < left) {
        const some = await first.poll(LIMITS);
        if (some.length === 0) break;
        for (const one of some) found.add(`${one.kafkaPartition}:${one.offset}`);
      }
      await first.close();
      expect(found.size).toBeGreaterThanOrEqual(left);
    });

    it('ignores a commit for a kafka partition that the reader does not have', async () => {
      const topic = await newTopic();
      await log().append(topic, 0, numbered(2));
      await reading(topic, 'foreign', async (reader) => {
        await read(reader, 2);
        await reader.commit(
          new Map([
            [0, 1],
            [7, 1],
          ]),
        );
      });
      expect(await log().committedOffsets(topic, 'foreign')).toEqual([1]);
    });

    it('closes within three seconds, also in the middle of a poll', async () => {
      const topic = await newTopic();
      const reader = await log().openReader(topic, 'closing');
      const polled = reader.poll({ ...LIMITS, waitMs: 60_000 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = performance.now();
      await reader.close();
      expect(await polled).toEqual([]);
      expect(performance.now() - before).toBeLessThan(3000);
      await expect(reader.poll(LIMITS)).rejects.toThrow(/closed/);
    });
  });

  describe('offsets', () => {
    it('tells the start and the end of each kafka partition', async () => {
      const topic = await newTopic({ kafkaPartitions: 2 });
      await log().append(topic, 1, numbered(3));
      expect(await log().startOffsets(topic)).toEqual([0, 0]);
      expect(await log().endOffsets(topic)).toEqual([0, 3]);
    });

    it('finds the first record at or after a time, else the end', async () => {
      const topic = await newTopic({ kafkaPartitions: 2, timestampType: 'CreateTime' });
      const start = Date.now() - 10_000;
      const at = (ms: number) => ({ ...record(`${ms}`), timestampMs: start + ms });
      await log().append(topic, 0, [at(0), at(1000), at(1000), at(500), at(3000)]);
      expect(await log().offsetsAt(topic, start - 1)).toEqual([0, 0]);
      expect(await log().offsetsAt(topic, start + 1)).toEqual([1, 0]);
      expect(await log().offsetsAt(topic, start + 1000)).toEqual([1, 0]);
      expect(await log().offsetsAt(topic, start + 1001)).toEqual([4, 0]);
      expect(await log().offsetsAt(topic, start + 3001)).toEqual([5, 0]);
    });
  });
}
