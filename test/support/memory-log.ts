import { randomUUID } from 'node:crypto';
import type { Clock, EventLog, Header, LogReader, LogRecord, RecordToAppend } from '../../lib/pipeline/ports.ts';
import { UnknownTopicError } from '../../lib/pipeline/ports.ts';

interface Topic {
  readonly id: string;
  /** null is the marker at the end of a transaction: an offset without a record. */
  readonly partitions: (LogRecord | null)[][];
  readonly committed: Map<string, Map<number, number>>;
}

/** An in-memory event log, with its readers' calls in order. */
export interface MemoryLog extends EventLog {
  readonly commits: (readonly [kafkaPartition: number, next: number])[][];
  /** Recreates the topic without records. Committed offsets are deleted, as in Kafka; readers keep their positions. */
  recreate(topic: string): void;
  /** Appends an offset without a record. */
  appendMarker(topic: string, kafkaPartition: number): void;
  /** Makes the next call of this kind fail. */
  failNext(call: 'poll' | 'commit', error: Error): void;
  /** Makes every poll of the currently open readers fail, as after a lost session: only a new reader can continue. */
  breakReaders(error: Error): void;
}

/** Keeps all of the port's promises except durability. */
export function memoryLog(clock: Clock): MemoryLog {
  const identity = randomUUID();
  const topics = new Map<string, Topic>();
  const commits: (readonly [number, number])[][] = [];
  const failures = new Map<'poll' | 'commit', Error>();
  let waiting: (() => void)[] = [];
  let readerGeneration = 0;
  let broken: { readonly upTo: number; readonly error: Error } | undefined;
  const topicOf = (name: string): Topic => {
    const topic = topics.get(name);
    if (topic === undefined) throw new UnknownTopicError(`topic ${name}: there is none`);
    return topic;
  };
  const failIfAsked = (call: 'poll' | 'commit') => {
    const failure = failures.get(call);
    failures.delete(call);
    if (failure !== undefined) throw failure;
  };
  const readers = new Map<string, number>();
  const openReader = (name: string, group: string): LogReader => {
    const { committed } = topicOf(name);
    const own = committed.get(group) ?? new Map<number, number>();
    committed.set(group, own);
    readers.set(group, (readers.get(group) ?? 0) + 1);
    const positions = topicOf(name).partitions.map((_, kafkaPartition) => own.get(kafkaPartition) ?? 0);
    const read = (maxRecords: number): readonly LogRecord[] => {
      const found: LogRecord[] = [];
      topicOf(name).partitions.forEach((records, kafkaPartition) => {
        const start = positions[kafkaPartition] ?? 0;
        const run = records.slice(start, start + maxRecords - found.length);
        positions[kafkaPartition] = start + run.length;
        found.push(...run.filter((record) => record !== null));
      });
      return found;
    };
    let closed = false;
    const generation = ++readerGeneration;
    return {
      async poll({ maxRecords, waitMs }) {
        failIfAsked('poll');
        if (broken !== undefined && generation <= broken.upTo) throw broken.error;
        const found = read(maxRecords);
        if (found.length > 0 || closed) return found;
        const cancel = new AbortController();
        await Promise.race([new Promise<void>((wake) => waiting.push(wake)), clock.sleep(waitMs, cancel.signal)]);
        cancel.abort();
        return read(maxRecords);
      },
      position: () => new Map(positions.entries()),
      async commit(next) {
        failIfAsked('commit');
        commits.push([...next]);
        for (const [kafkaPartition, offset] of next) own.set(kafkaPartition, offset);
      },
      async close() {
        if (!closed) readers.set(group, (readers.get(group) ?? 0) - 1);
        closed = true;
      },
    };
  };
  return {
    commits,
    appendMarker: (name, kafkaPartition) => void topicOf(name).partitions[kafkaPartition]?.push(null),
    failNext: (call, error) => failures.set(call, error),
    breakReaders: (error) => {
      broken = { upTo: readerGeneration, error };
    },
    recreate: (name) => void topics.set(name, newTopic(topicOf(name).partitions.length)),
    identity: async () => identity,
    topicId: async (topic) => topicOf(topic).id,
    async createTopic({ topic, kafkaPartitions }) {
      if (!topics.has(topic)) topics.set(topic, newTopic(kafkaPartitions));
    },
    topics: async () => [...topics.keys()],
    kafkaPartitions: async (topic) => topicOf(topic).partitions.length,
    async append(topic, kafkaPartition, records) {
      const partition = topicOf(topic).partitions[kafkaPartition] ?? [];
      const firstOffset = partition.length;
      partition.push(
        ...records.map((record, index) => logRecord(record, kafkaPartition, firstOffset + index, clock.now())),
      );
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
      return { firstOffset };
    },
    openReader: async (topic, group) => openReader(topic, group),
    startOffsets: async (topic) => topicOf(topic).partitions.map(() => 0),
    endOffsets: async (topic) => topicOf(topic).partitions.map(({ length }) => length),
    offsetsAt: async (topic, timestampMs) =>
      topicOf(topic).partitions.map((records) => {
        const found = records.findIndex((record) => record !== null && record.timestampMs >= timestampMs);
        return found === -1 ? records.length : found;
      }),
    committedOffsets: async (topic, group) => {
      const { partitions, committed } = topicOf(topic);
      return partitions.map((_, kafkaPartition) => committed.get(group)?.get(kafkaPartition) ?? null);
    },
    moveGroup: async (topic, group, next) => {
      const own = topicOf(topic).committed.get(group) ?? new Map<number, number>();
      topicOf(topic).committed.set(group, own);
      for (const [kafkaPartition, offset] of next) own.set(kafkaPartition, offset);
    },
    readers: async (_, group) => readers.get(group) ?? 0,
    close: async () => {},
  };
}

const newTopic = (kafkaPartitions: number): Topic => ({
  id: randomUUID(),
  partitions: Array.from({ length: kafkaPartitions }, () => []),
  committed: new Map(),
});

function logRecord(record: RecordToAppend, kafkaPartition: number, offset: number, nowMs: number): LogRecord {
  const { key, value, headers } = record;
  return { kafkaPartition, offset, timestampMs: nowMs, timestampType: 'LogAppendTime', key, value, headers };
}

/** A record with this text as its value. */
export function textRecord(value: string | null, headers: readonly Header[] = []): RecordToAppend {
  return { key: null, value: value === null ? null : Buffer.from(value), headers };
}
