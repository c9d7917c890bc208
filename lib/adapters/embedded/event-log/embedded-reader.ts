import type { Clock, LogReader, LogRecord } from '../../../pipeline/ports.ts';
import { type CommittedOffsets, meaningIn } from './committed-offsets.ts';
import { type PartitionCursor, partitionCursor } from './partition-cursor.ts';
import type { TopicLog } from './topic-log.ts';

export interface EmbeddedReaderOptions {
  readonly topic: string;
  readonly group: string;
  readonly log: TopicLog;
  readonly committed: CommittedOffsets;
  readonly clock: Clock;
  readonly warn: (line: string) => void;
}

/** A reader, and how the group assigns its kafka partitions. */
export interface EmbeddedReader extends LogReader {
  assign(kafkaPartitions: readonly number[]): void;
}

/** Reads from disk on each `poll`, and keeps no records. */
export function embeddedReader(options: EmbeddedReaderOptions): EmbeddedReader {
  const { topic, group, log, committed, clock, warn } = options;
  const cursors = new Map<number, PartitionCursor>();
  let isClosed = false;
  let isPolling = false;
  let firstPlace = 0;
  let wake = () => {};
  const stopListening = log.onAppended(() => wake());

  function cursorOf(kafkaPartition: number): PartitionCursor | undefined {
    const partition = log.partitions()[kafkaPartition];
    if (partition === undefined) return undefined;
    const where = `event log: topic ${topic}, kafka partition ${kafkaPartition}, group ${group}`;
    const [start, end] = [partition.startOffset(), partition.endOffset()];
    const wanted = committed.of(kafkaPartition);
    const offset = meaningIn(end, wanted) ?? start;
    // Its offsets now identify other records, or soon will: readers detect which are new. None may be skipped unseen.
    if (wanted !== null && offset < wanted) {
      const change = 'records are gone from its end, or the topic was made anew';
      warn(`${where}: had read up to ${wanted}, but the log ends at ${end}: ${change}; reading it from ${start} on`);
    }
    const onSkipped = (from: number, to: number) =>
      warn(`${where}: ${to - from} records from ${from} on had been dropped by retention unread; going on at ${to}`);
    return partitionCursor(partition, { kafkaPartition, offset, onSkipped });
  }

  async function drop(kafkaPartition: number, cursor: PartitionCursor): Promise<void> {
    cursors.delete(kafkaPartition);
    await cursor.close();
  }

  /**
   * The records available now. Each poll starts with another kafka partition, so a busy one cannot starve the others.
   */
  async function readNow(limits: { readonly maxRecords: number; readonly maxBytes: number }): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    let bytes = 0;
    const owned = [...cursors];
    firstPlace += 1;
    for (let turn = 0; turn < owned.length; turn += 1) {
      const [kafkaPartition, cursor] = owned[(firstPlace + turn) % owned.length] ?? [];
      if (kafkaPartition === undefined || cursor === undefined) continue;
      while (records.length < limits.maxRecords && bytes < limits.maxBytes && !isClosed) {
        const left = { maxRecords: limits.maxRecords - records.length, maxBytes: limits.maxBytes - bytes };
        const portion = await cursor.read({ ...left, takesLarge: records.length === 0 });
        // Meanwhile reassigned to another reader, which receives them.
        if (portion.records.length === 0 || cursors.get(kafkaPartition) !== cursor) break;
        for (const record of portion.records) records.push(record);
        bytes += portion.bytes;
      }
    }
    return records;
  }

  return {
    assign: (kafkaPartitions) => {
      for (const [kafkaPartition, cursor] of cursors) {
        if (!kafkaPartitions.includes(kafkaPartition)) void drop(kafkaPartition, cursor);
      }
      for (const kafkaPartition of kafkaPartitions) {
        const cursor = cursors.has(kafkaPartition) ? undefined : cursorOf(kafkaPartition);
        if (cursor !== undefined) cursors.set(kafkaPartition, cursor);
      }
      wake();
    },
    poll: async ({ waitMs, ...limits }) => {
      if (isClosed) throw new Error(`event log: the reader of ${topic} for group ${group} is closed`);
      if (isPolling) throw new Error(`event log: a poll of ${topic} for group ${group} is under way; await it first`);
      isPolling = true;
      try {
        const untilMs = clock.now() + waitMs;
        for (;;) {
          const woken = new AbortController();
          wake = () => woken.abort();
          const records = await readNow(limits);
          const leftMs = untilMs - clock.now();
          if (records.length > 0 || leftMs <= 0 || isClosed) return records;
          await clock.sleep(leftMs, woken.signal);
        }
      } finally {
        isPolling = false;
      }
    },
    position: () => new Map([...cursors].map(([kafkaPartition, cursor]) => [kafkaPartition, cursor.offset()])),
    commit: async (next) => {
      const owned = [...next].filter(([kafkaPartition]) => cursors.has(kafkaPartition));
      for (const [kafkaPartition, offset] of owned) {
        const end = log.partitions()[kafkaPartition]?.endOffset() ?? 0;
        if (Number.isSafeInteger(offset) && offset >= 0 && offset <= end) continue;
        const expected = `expected an offset from 0 to the log's end ${end}, found ${offset}`;
        throw new Error(`event log: cannot commit topic ${topic}, kafka partition ${kafkaPartition}: ${expected}`);
      }
      if (owned.length > 0) await committed.commit(new Map(owned));
    },
    close: async () => {
      isClosed = true;
      wake();
      stopListening();
      for (const [kafkaPartition, cursor] of [...cursors]) await drop(kafkaPartition, cursor);
    },
  };
}
