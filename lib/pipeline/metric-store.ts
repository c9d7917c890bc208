/** The store of live metrics. */

/** The counts of one kafka partition: the unit that changes atomically. */
export interface Shard {
  readonly stream: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
}

/** How two values of a figure are merged. */
export type Merge = 'add' | 'least' | 'greatest';

/** The figures of one group, or of one group in one window. */
export interface MetricEntry {
  /** Unique within shard and metric, at most `MAX_NAME_BYTES`, without U+0000 and line breaks. */
  readonly name: string;
  /** The full text that the name stands for if it is too long to be a name; null otherwise. Without line breaks. */
  readonly label: string | null;
  /** One per figure; null if no event had a value. */
  readonly values: readonly (bigint | null)[];
}

/** In bytes of UTF-8. Leaves room for the rest of a key in every store. */
export const MAX_NAME_BYTES = 512;

/** The changes of a step to one metric of its shard: it clears it, merges entries into it, drops old entries. */
export interface MetricChange {
  readonly metric: string;
  /** One per figure. */
  readonly merges: readonly Merge[];
  /** Each name once. A new entry is stored as if merged with an empty one. */
  readonly entries: readonly MetricEntry[];
  /** All existing entries are removed first. */
  readonly clear: boolean;
  /** Entries whose names sort below this are removed, including those of this step; null for none. */
  readonly dropBelow: string | null;
}

export interface ShardStep {
  /** The shard's state as it was read; null if it had none. */
  readonly expected: string | null;
  /** The shard's state after the step: opaque text to the store. */
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
 * - `step` compares the shard's state with `expected`, byte by byte, and makes all of its changes or none, even if the
 *   process is killed, the store is full, or others step the same shard concurrently. When it resolves, it is as
 *   durable as the store's data ever is; when it throws, all or none of it may have happened;
 * - values are exact, whatever their size; null merges to the other value;
 * - `read` and `entries` see every step that has resolved; one call sees the shard at one moment;
 * - `shards` lists every shard that was stepped. After the store has lost writes, the list may be out of date for a
 *   shard until it is stepped again.
 */
export interface MetricStore {
  /** Returns the shard's state; null for a shard that was never stepped. */
  read(shard: Shard): Promise<string | null>;
  step(shard: Shard, step: ShardStep): Promise<'done' | 'changed'>;
  entries(shard: Shard, metric: string, range: EntryRange): Promise<EntryPage>;
  /** Ascending by incarnation and kafka partition. */
  shards(stream: string): Promise<readonly Shard[]>;
  close(): Promise<void>;
}

/** The store cannot be reached, or is full. Whether the step happened is unknown; it may be retried. */
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
