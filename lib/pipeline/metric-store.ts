/** Where live metrics are kept. */

/** What has been counted of one kafka partition: the unit that changes atomically. */
export interface Shard {
  readonly stream: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
}

/** How two values of a figure become one. */
export type Merge = 'add' | 'least' | 'greatest';

/** The figures of one group, or of one group in one window. */
export interface MetricEntry {
  /** Unique within shard and metric, at most `MAX_NAME_BYTES`, without U+0000 and line breaks. */
  readonly name: string;
  /** What the name stands for where that would be too long to be one; null otherwise. Without line breaks. */
  readonly label: string | null;
  /** One a figure; null where no event had a value. */
  readonly values: readonly (bigint | null)[];
}

/** Bytes of UTF-8. Room for the rest of a key in every store. */
export const MAX_NAME_BYTES = 512;

/** What a step does to one metric of its shard: clears it, merges entries into it, drops what was left behind. */
export interface MetricChange {
  readonly metric: string;
  /** One a figure. */
  readonly merges: readonly Merge[];
  /** Each name once. A new entry is what it merges to with nothing. */
  readonly entries: readonly MetricEntry[];
  /** All entries that were there before go first. */
  readonly clear: boolean;
  /** Entries whose names sort below this go, those of this step included; null for none. */
  readonly dropBelow: string | null;
}

export interface ShardStep {
  /** The shard's state as it was read; null where there was none. */
  readonly expected: string | null;
  /** The shard's state after the step: text without meaning to the store. */
  readonly next: string;
  readonly changes: readonly MetricChange[];
}

/** Names are compared by their bytes. */
export interface EntryRange {
  readonly after?: string;
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly before?: string;
  readonly limit: number;
}

/** Entries ascending by name, and the shard's state at the same moment. */
interface EntryPage {
  readonly state: string | null;
  readonly entries: readonly MetricEntry[];
}

/**
 * Live metrics by shard. Promises:
 * - `step` compares the shard's state with `expected`, byte by byte, and makes all of its changes or none: also when the
 *   process is killed, the store is full, or others step the same shard at the same time. It is durable, as far as the store
 *   keeps anything, when it resolves; when it throws, all or nothing of it may have happened;
 * - values are exact, whatever their size; null merges to the other value;
 * - `read` and `entries` see every step that has been resolved; one call sees the shard at one moment;
 * - `shards` lists every shard that was stepped. Its answer may lag behind a store that has lost writes, until the shard is
 *   stepped again.
 */
export interface MetricStore {
  /** The shard's state; null for a shard that was never stepped. */
  read(shard: Shard): Promise<string | null>;
  step(shard: Shard, step: ShardStep): Promise<'done' | 'changed'>;
  entries(shard: Shard, metric: string, range: EntryRange): Promise<EntryPage>;
  /** Ascending by incarnation and kafka partition. */
  shards(stream: string): Promise<readonly Shard[]>;
  close(): Promise<void>;
}

/** The store cannot be reached, or is full: nothing is known to have happened, and the same step may be tried again. */
export class MetricStoreUnavailableError extends Error {
  override readonly name = 'MetricStoreUnavailableError';
}

/** `shop.purchases/0/3`. */
export function shardName({ stream, incarnation, kafkaPartition }: Shard): string {
  return `${stream}/${incarnation}/${kafkaPartition}`;
}

export function compareShards(left: Shard, right: Shard): number {
  return left.incarnation - right.incarnation || left.kafkaPartition - right.kafkaPartition;
}
