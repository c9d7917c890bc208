/**
 * The pipeline's external dependencies, and what an implementation must promise. One conformance suite per port, under
 * `test/conformance`, checks the same list against every implementation.
 */

import type { TableName } from '../derive/names.ts';
import type { RowSelect } from '../derive/row-select.ts';
import type { HourOfTable } from '../derive/table-partition.ts';
import type { TimestampType, TopicSettings } from '../derive/topic.ts';

export type { TimestampType, TopicSettings };

export interface Header {
  readonly name: string;
  readonly value: Uint8Array;
}

export interface RecordToAppend {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  /** For topics with producer timestamps (`CreateTime`); by default, the time of the append. */
  readonly timestampMs?: number;
}

/** A record as the log stores it. */
export interface LogRecord {
  readonly kafkaPartition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

/**
 * An append-only log of topics and kafka partitions. Promises:
 * - `append` keeps the order of its records, gives them consecutive offsets, and resolves only when they are durable; a
 *   call that throws may have appended all or only the first of its records, unless it throws RecordTooLargeError;
 * - a group's committed offsets survive a restart; a reader starts at them, else at the oldest record;
 * - `createTopic` is idempotent, adds kafka partitions if the topic has fewer, and never deletes anything;
 * - `identity` stays the same for the log's whole life, and `topicId` for the topic's: no other log, and no topic
 *   created later with the same name, ever has it.
 */
export interface EventLog {
  identity(): Promise<string>;
  /** null if the log has no topic ids, such as Kafka before 2.8. @throws UnknownTopicError */
  topicId(topic: string): Promise<string | null>;
  createTopic(settings: TopicSettings): Promise<void>;
  topics(): Promise<readonly string[]>;
  /** @throws UnknownTopicError */
  kafkaPartitions(topic: string): Promise<number>;
  /** @throws RecordTooLargeError, UnknownTopicError */
  append(
    topic: string,
    kafkaPartition: number,
    records: readonly RecordToAppend[],
  ): Promise<{ readonly firstOffset: number }>;
  openReader(topic: string, group: string): Promise<LogReader>;
  /** Per kafka partition, the offset of the oldest record still held. */
  startOffsets(topic: string): Promise<readonly number[]>;
  /** Per kafka partition, the offset that the next record will get. */
  endOffsets(topic: string): Promise<readonly number[]>;
  /**
   * Per kafka partition, the first offset whose timestamp is at or after `timestampMs`; the end offset if there is
   * none.
   */
  offsetsAt(topic: string, timestampMs: number): Promise<readonly number[]>;
  /** Per kafka partition, the next offset that the group reads; null if it has committed none. */
  committedOffsets(topic: string, group: string): Promise<readonly (number | null)[]>;
  /**
   * Sets the offsets of a group without readers, by kafka partition. Durable when it resolves.
   * @throws if it has readers
   */
  moveGroup(topic: string, group: string, next: ReadonlyMap<number, number>): Promise<void>;
  /** The number of the group's readers; a killed one counts until its session times out. */
  readers(topic: string, group: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * A group's reader of one topic. Promises:
 * - `poll` returns each kafka partition's records in offset order, each once in the reader's life (unless the group was
 *   rebalanced: it then continues from the committed offsets), and resolves empty after `waitMs` without any;
 * - it buffers at most `maxBytes` beyond the records already returned.
 */
export interface LogReader {
  poll(limits: {
    readonly maxRecords: number;
    readonly maxBytes: number;
    readonly waitMs: number;
  }): Promise<readonly LogRecord[]>;
  /**
   * Kafka partition to the next offset that `poll` reads: past all returned records, and past entries that are not
   * records, such as the marker that ends a transaction. Kafka partitions in which it has found nothing may be missing.
   */
  position(): ReadonlyMap<number, number>;
  /** Kafka partition to the next offset to read. Durable when it resolves. */
  commit(next: ReadonlyMap<number, number>): Promise<void>;
  close(): Promise<void>;
}

export class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError';
}

/** A record in the call exceeds the log's limit. None of its records was appended. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/** A topic cannot be changed as requested: Kafka never removes a kafka partition. */
export class TopicRefusedError extends Error {
  override readonly name = 'TopicRefusedError';
}

/**
 * Immutable objects under keys with `/`. Promises:
 * - `putIfAbsent` is atomic: of any number of concurrent callers one gets `created`, all others `exists`, and the
 *   object is that caller's whole body, visible at once and never torn. When it throws, the object may or may not
 *   exist.
 * - a read or list after `created` sees the object; lists ascend by key (UTF-8 bytes).
 */
export interface ObjectStore {
  putIfAbsent(key: string, body: Uint8Array, metadata: Readonly<Record<string, string>>): Promise<'created' | 'exists'>;
  /**
   * The last `maxBytes` bytes. Metadata is what was put, or empty if the store keeps none.
   * @throws ObjectNotFoundError
   */
  readTail(key: string, maxBytes: number): Promise<ObjectTail>;
  /** All keys that start with `prefix` and sort after `after`. */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  /** The names of the folders directly under `prefix` (which ends with `/`), ascending, without a slash. */
  listFolders(prefix: string): Promise<readonly string[]>;
}

/**
 * Objects as files on the local disk, so that none has to fit in memory. Promises:
 * - `fetch` returns the path of a file with the whole object; `release` ends its use: a copy is deleted, an original is
 *   not;
 * - `putFileIfAbsent` keeps the promises of `putIfAbsent`.
 */
export interface ObjectFiles {
  /** @throws ObjectNotFoundError */
  fetch(key: string): Promise<{ readonly path: string; release(): Promise<void> }>;
  putFileIfAbsent(key: string, path: string, metadata: Readonly<Record<string, string>>): Promise<'created' | 'exists'>;
}

/** Separate from the store, because only upkeep deletes. */
export interface ObjectRemover {
  /** A missing object is not an error. */
  remove(key: string): Promise<void>;
}

export interface ObjectTail {
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
}

/** One hour of a table. `location` is a key prefix ending in `/`, whose last folder is the generation: `…/g=0/`. */
export interface TablePartition {
  /** `2026-01-31`, UTC. */
  readonly dt: string;
  /** 0..23, UTC. */
  readonly hour: number;
  readonly generation: number;
  readonly location: string;
}

/**
 * The hours of each table, and their locations. Promises:
 * - `register` is idempotent, and moves an hour's location forward only: a lower generation than the registered one
 *   changes nothing. Where the catalogue has no compare-and-set (Glue), two calls that move an hour at the same moment
 *   may leave the older location: the next `register` of the newer one repairs that;
 * - a table partition is visible to `partitions` and `partition` once `register` has resolved;
 * - the cost of `partition` does not grow with the number of hours.
 */
export interface Catalog {
  register(table: TableName, partition: TablePartition): Promise<void>;
  /** Ascending by hour. An unknown table has none. */
  partitions(table: TableName): Promise<readonly TablePartition[]>;
  /** One hour of a table; undefined if it is not registered. */
  partition(table: TableName, hour: HourOfTable): Promise<TablePartition | undefined>;
}

/**
 * Turns rows into a Parquet object. `encode` returns `refused` if the rows themselves are the problem (the caller then
 * finds the row by halving), and throws for anything else, including a full disk.
 */
export interface RowEncoder {
  encode(rows: RowsToEncode): Promise<{ readonly body: Uint8Array } | { readonly refused: string }>;
}

export interface RowsToEncode {
  /** The select that makes the table's rows from the lines; see `derive/row-select.ts`. */
  readonly select: RowSelect;
  /** Newline-framed JSON, one line per row. Empty for an object without rows. */
  readonly lines: Uint8Array;
  readonly longestLineBytes: number;
  readonly constants: RowConstants;
  /** Written into the Parquet footer as key-value metadata. */
  readonly footer: Readonly<Record<string, string>>;
}

/** The same for every row of one object. */
export interface RowConstants {
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly contractVersion: number;
}

/**
 * Makes one Parquet object of the lake from others, whatever their size. Promises:
 * - the object has the rows of all inputs, in the order of the inputs and of the rows in them, and the requested
 *   columns, followed by those that only the inputs have, each with its field id;
 * - it is put if absent, as `ObjectStore.putIfAbsent` does; memory and local disk are bounded whatever the inputs are.
 */
export interface PartWriter {
  /** What compaction needs to know about an object. @throws DamagedObjectError, ObjectNotFoundError */
  describe(key: string): Promise<ObjectDescription>;
  /** @throws DamagedObjectError naming the input that cannot be read. */
  write(part: PartToWrite): Promise<'created' | 'exists'>;
}

export interface ObjectDescription {
  readonly rows: number;
  readonly sizeBytes: number;
  /** The size of all values, before compression. */
  readonly rawBytes: number;
  /** Column to its type in Parquet. */
  readonly columns: Readonly<Record<string, string>>;
}

export interface PartToWrite {
  readonly key: string;
  /** Keys of the inputs. Empty for an object without rows. */
  readonly inputs: readonly string[];
  readonly columns: readonly PartColumn[];
  readonly rowGroupRows: number;
  readonly footer: Readonly<Record<string, string>>;
}

/** A column by its name, its DuckDB type, and its permanent number in Parquet objects. */
export interface PartColumn {
  readonly name: string;
  readonly type: string;
  readonly fieldId: number;
}

/** One statement with named parameters, `:hour_start`, which are values and never names. */
export interface Statement {
  /** Shown when the statement fails: `analytics.rooms: test unique (room_id)`. */
  readonly name: string;
  readonly sql: string;
  /** Exactly the parameters that the statement uses. They are passed as text: the statement casts them. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A list of statements that is applied as a whole or not at all. */
export interface WarehouseTransaction {
  readonly name: string;
  /** At most `MAX_STATEMENTS`. */
  readonly statements: readonly Statement[];
  /** The table partitions of the lake that the statements read. Others may or may not be visible. */
  readonly reads: readonly LakeHour[];
}

export interface LakeHour {
  readonly table: TableName;
  readonly hour: HourOfTable;
}

/** A row's values as text: numbers as JSON shows them, timestamps as SQL does; null for null. */
export type WarehouseRow = Readonly<Record<string, string | null>>;

/** The limit of one Redshift Data API call. */
export const MAX_STATEMENTS = 40;

/**
 * SQL tables, and the lake's tables beside them. Promises:
 * - `run` is applied as a whole or not at all, even if the process is killed, and is durable when it resolves;
 * - transactions are serial, whichever process they come from;
 * - within `run`, the lake's tables show every object that the catalogue had, when `run` was called, in the hours that
 *   the transaction reads, and no object outside the catalogue's locations;
 * - `query` sees every transaction that has resolved before.
 */
export interface Warehouse {
  readonly dialect: 'duckdb' | 'redshift';
  /** @throws StatementError naming the statement that failed; WarehouseUnavailableError if none was tried. */
  run(transaction: WarehouseTransaction): Promise<void>;
  /** @throws StatementError, WarehouseUnavailableError */
  query(statement: Statement): Promise<readonly WarehouseRow[]>;
  /** Releases the lock. The next call opens the warehouse again. */
  close(): Promise<void>;
}

/** The warehouse rejected a statement; its transaction was rolled back. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  /** Index of the statement in its transaction; 0 for a query. */
  readonly index: number;

  constructor(index: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.index = index;
  }
}

/**
 * The warehouse is locked, unreachable or too slow: it is unknown whether anything happened, and the same call may be
 * retried.
 */
export class WarehouseUnavailableError extends Error {
  override readonly name = 'WarehouseUnavailableError';
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
