import type { Contract } from '../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { topicOf } from '../derive/topic.ts';
import type { EventLog } from '../pipeline/ports.ts';
import type { Settings } from '../settings.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { LakeCounts } from './lake-counts.ts';

/** Where a stream stands. */
export interface StreamStatus {
  readonly stream: string;
  readonly topic: string;
  /** Records that the topic has ever got. */
  readonly eventsIn: number;
  /** null until those of earlier runs are counted. */
  readonly rows: number | null;
  readonly deadLetters: number | null;
  /** Records on the topic that are not in the lake yet. */
  readonly lag: number;
  /** Kafka timestamp of the newest record that this run has brought into the lake, milliseconds since 1970. */
  readonly newestMs: number | null;
}

export interface StreamParts {
  readonly contract: Contract;
  readonly settings: Settings;
  readonly log: EventLog;
  readonly counts: LakeCounts;
  readonly group: string;
  readonly mapping: EventSourceMapping;
}

/** Answers where the stream stands, with one question to the log each time. */
export async function streamStatus(parts: StreamParts): Promise<() => Promise<StreamStatus>> {
  const { contract, settings, log, counts, group, mapping } = parts;
  const topic = topicOf(contract, settings.topics);
  const starts = await log.startOffsets(topic);
  const before = await log.committedOffsets(topic, group);
  const { table } = lakeTable(contract);
  return async () => {
    const ends = await log.endOffsets(topic);
    const { committed, newestMs } = mapping.progress();
    const next = ends.map((_, index) => committed.get(index) ?? before[index] ?? starts[index] ?? 0);
    return {
      stream: contract.name,
      topic,
      eventsIn: sum(ends),
      rows: counts.rows(table, table),
      deadLetters: counts.rows(DEAD_LETTERS.table, table),
      lag: sum(ends.map((end, index) => Math.max(0, end - (next[index] ?? 0)))),
      newestMs,
    };
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
