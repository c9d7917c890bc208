import type { StreamStatus } from '../api/stream-status.ts';
import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { topicOf } from '../derive/topic.ts';
import type { EventLog } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import type { EventSourceMapping } from './event-source/event-source-mapping.ts';
import type { LakeCounts } from './folder/lake-counts.ts';

export interface StreamParts {
  readonly contract: Contract;
  readonly settings: Settings;
  readonly log: EventLog;
  readonly counts: Pick<LakeCounts, 'rows'>;
  readonly group: string;
  readonly mapping: Pick<EventSourceMapping, 'progress'>;
}

/** Returns the status of the stream, with one request to the log per call. */
export async function streamStatus(parts: StreamParts): Promise<() => Promise<StreamStatus>> {
  const { contract, settings, log, counts, group, mapping } = parts;
  const topic = topicOf(contract, settings.topics);
  const starts = await log.startOffsets(topic);
  const before = await log.committedOffsets(topic, group);
  const { table } = lakeTable(contract);
  /**
   * The counted records minus those received from the topic, taken when none was held; adding what was received to it
   * is correct at any time.
   */
  let earlier: number | null = null;
  return async () => {
    const ends = await log.endOffsets(topic);
    const { read, received, held, newestMs } = mapping.progress();
    const next = (index: number) => read.get(index) ?? before[index] ?? starts[index] ?? 0;
    const unread = sum(ends.map((end, index) => Math.max(0, end - next(index))));
    const inMemory = sum(ends.map((_, index) => held(index)));
    const lag = inMemory + unread;
    const rows = counts.rows(table, table);
    const deadLetters = counts.rows(DEAD_LETTERS.table, table);
    const counted = rows === null || deadLetters === null ? null : rows + deadLetters;
    // A record is held until its offset is committed, and counted as soon as its object is written, so adding both
    // would count records in between twice.
    if (counted !== null && inMemory === 0) earlier = counted - received;
    const taken = earlier === null ? inMemory + (counted ?? 0) : earlier + received;
    const eventsIn = counted === null ? null : taken + unread;
    return { stream: contract.name, topic, eventsIn, rows, deadLetters, lag, newestMs };
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
