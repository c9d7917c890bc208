import type { Contract } from '../../contracts/contract.ts';

/** The rows of one kafka partition. */
export interface RowsOfChain {
  readonly incarnation: number;
  readonly kafkaPartition: number;
}

/** A row of a stream's table, read back as its record. */
export interface RowEvent {
  readonly offset: number;
  /** The Kafka timestamp that the row shows, milliseconds since 1970. */
  readonly timestampMs: number;
  /** The event on the wire. Read by the contract, it is the event that became the row. */
  readonly payload: Buffer;
}

/** The source position of a refined row. */
export interface RowSource {
  readonly offset: number;
  readonly ordinal: number;
}

/**
 * Rows of the lake's objects, by position. Promises:
 * - only rows of the given objects and chain are returned, each once per row, ascending by offset;
 * - an event that is read back by the contract that accepted it is the same event, whatever its fields.
 */
export interface ChainRows {
  /** The rows of a stream's table at these offsets. @throws ObjectNotFoundError */
  events(
    keys: readonly string[],
    chain: RowsOfChain & { readonly contract: Contract },
    offsets: readonly number[],
  ): Promise<readonly RowEvent[]>;
  /**
   * The source positions of the rows of a refined table that come from these offsets of the source. `unknown` is the
   * number of rows that do not say where they come from: earlier versions of Weir wrote such.
   * @throws ObjectNotFoundError
   */
  sources(
    keys: readonly string[],
    chain: RowsOfChain,
    offsets: readonly number[],
  ): Promise<{ readonly rows: readonly RowSource[]; readonly unknown: number }>;
}
