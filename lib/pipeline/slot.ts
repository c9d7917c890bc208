import type { MSKRecord } from 'aws-lambda';
import type { TableName } from '../derive/names.ts';
import type { RowSelect } from '../derive/row-select.ts';
import { type HourOfTable, partitionLocation } from '../derive/table-partition.ts';
import type { OffsetRanges } from './offset-ranges.ts';
import type { Rejection } from './outcome.ts';
import type { HighWater, MadeSources } from './source-position.ts';

/**
 * The objects of the lake: their names, and the facts in their footers.
 *
 *     shop_purchases/dt=2026-01-31/hour=13/g=0/shop_purchases-i0-p00003-000017.parquet
 *     table          table partition       │   │              │  │      └ slot
 *                                          │   │              │  └ kafka partition
 *                                          │   │              └ incarnation of the topic
 *                                          │   └ stream: in dead_letters several streams share an hour
 *                                          └ generation: a catalogued location ends here
 *
 * A chain is the slots 0, 1, 2, … of one (table, stream, incarnation, kafka partition, hour).
 */
export interface ChainPlace {
  readonly table: TableName;
  /** The stream's part of the object's name. */
  readonly label: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly hour: HourOfTable;
}

/** A chain that can be written to. */
export interface Chain extends ChainPlace {
  readonly stream: string;
  /** Makes the table's rows; the columns of an object without rows, such as a seal, follow from it. */
  readonly select: RowSelect;
}

/** The number of records that a chain has covered, and what they became. Cumulative, like coverage. */
interface ChainCounts {
  readonly taken: number;
  /** Including those of amended offsets. */
  readonly rows: number;
  readonly rejected: number;
  /**
   * Repetitions in a refined stream, and events of a source whose events were made from the lake before: they are in
   * neither a row nor a dead letter.
   */
  readonly repeated: number;
  /** Rows of a refined stream that were made from its source's rows: no record has their position. */
  readonly made: number;
}

const NO_COUNTS: ChainCounts = { taken: 0, rows: 0, rejected: 0, repeated: 0, made: 0 };

/** Rejections of one kind, and the offsets to which they apply. */
export interface RecordedRejections extends Verdict {
  readonly offsets: OffsetRanges;
}

/** A rejection as it was recorded: the dead letter repeats it verbatim, even if the contract has changed since. */
export interface Verdict extends Rejection {
  /** The contract version that judged the record; null if the topic has no contract. */
  readonly contractVersion: number | null;
}

/** What a chain has covered so far. Seals and compact objects carry it forward. */
export interface Coverage {
  /** Every offset whose row or verdict is in this chain. */
  readonly covered: OffsetRanges;
  /** The newest Kafka timestamp among them, milliseconds; includes rejected records. */
  readonly newestTimestampMs: number;
  /** Offsets that were rejected and have since become rows, at their own positions. */
  readonly amended: OffsetRanges;
  /** In a refined stream, the sources whose events were made from the lake; null if there are none. */
  readonly amendedSources: MadeSources | null;
  /** The topic of the offsets; null if there are none. */
  readonly topic: string | null;
  /** In a refined stream's data chain, the greatest source position among them. */
  readonly highWater: HighWater | null;
  readonly counts: ChainCounts;
  /** Who sets the topic's timestamps; null if nothing has been covered. */
  readonly timestampType: MSKRecord['timestampType'] | null;
}

export const NO_COVERAGE: Coverage = {
  covered: [],
  newestTimestampMs: -1,
  amended: [],
  amendedSources: null,
  topic: null,
  highWater: null,
  counts: NO_COUNTS,
  timestampType: null,
};

/** The facts of an object, which lack some of the coverage if an earlier version has written it. */
type WrittenCoverage = Pick<Coverage, 'covered' | 'newestTimestampMs' | 'topic' | 'highWater'> &
  Partial<Omit<Coverage, 'counts'>> & { readonly counts?: Omit<ChainCounts, 'made'> & Partial<ChainCounts> };

/** The part of a footer that the next slot carries forward. */
export function coverageOf(facts: WrittenCoverage): Coverage {
  const {
    covered,
    newestTimestampMs,
    amended = [],
    amendedSources = null,
    topic,
    highWater,
    timestampType = null,
  } = facts;
  const counts = { ...NO_COUNTS, ...facts.counts };
  return { covered, newestTimestampMs, amended, amendedSources, topic, highWater, counts, timestampType };
}

/** Whether a chain has neither covered an offset nor has rows that were made from the lake. */
export function isUnused({ covered, amendedSources }: Pick<Coverage, 'covered'> & Partial<Coverage>): boolean {
  return covered.length === 0 && (amendedSources ?? null) === null;
}

/**
 * The footer of a slot. A seal ends its chain in this generation: the chain continues in the next. An `amend` slot
 * covers no new offsets: it has the rows of some that were rejected, or of a refined stream's sources that became rows.
 */
export interface SlotFacts extends Coverage {
  readonly kind: 'rows' | 'amend' | 'seal';
  readonly stream: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly slot: number;
  /** New for every attempt to write an object: distinguishes one's own object from another's with the same name. */
  readonly writeId: string;
  readonly contractVersion: number | null;
  /** What this object added to `covered`: the span of its batch in this hour, minus what was covered before. */
  readonly own: OffsetRanges;
  readonly rejected: readonly RecordedRejections[];
}

/** The footer of the one compact object that begins a generation after the first. */
export interface CompactFacts {
  readonly kind: 'compact';
  /** The newest contract version among the rows; null if the topics have no contract. */
  readonly contractVersion: number | null;
  readonly chains: readonly CompactedChain[];
}

export interface CompactedChain extends Coverage {
  readonly label: string;
  readonly stream: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly rejected: readonly RecordedRejections[];
}

/** The key of the facts, in the Parquet footer's key-value metadata and in the object's metadata. */
export const FACTS_KEY = 'weir';

/** Returns `shop_purchases-i0-p00003-`, the prefix of the names of a chain's objects, after the location. */
export function chainPrefix(chain: ChainPlace, generation: number): string {
  const kafkaPartition = String(chain.kafkaPartition).padStart(5, '0');
  return `${partitionLocation(chain.table, chain.hour, generation)}${chain.label}-i${chain.incarnation}-p${kafkaPartition}-`;
}

export function slotKey(chain: ChainPlace, generation: number, slot: number): string {
  return `${chainPrefix(chain, generation)}${String(slot).padStart(6, '0')}.parquet`;
}

/** Returns the slot number in a key that `slotKey` made for this chain, or undefined. */
export function slotOf(key: string, chain: ChainPlace, generation: number): number | undefined {
  const prefix = chainPrefix(chain, generation);
  const match = key.startsWith(prefix) ? /^(\d{6,})\.parquet$/.exec(key.slice(prefix.length)) : null;
  return match === null ? undefined : Number(match[1]);
}

/** The part of a slot's identity that its object's name contains, without hour and table. */
export interface NamedSlot extends Pick<ChainPlace, 'label' | 'incarnation' | 'kafkaPartition'> {
  readonly slot: number;
}

const SLOT_NAME = /^(.+)-i(\d+)-p(\d{5,})-(\d{6,})\.parquet$/;

/** Reads the last part of a key that `slotKey` made, whatever the chain; undefined for any other name. */
export function parseSlotName(name: string): NamedSlot | undefined {
  const [, label, incarnation, kafkaPartition, slot] = SLOT_NAME.exec(name) ?? [];
  if (label === undefined) return undefined;
  return { label, incarnation: Number(incarnation), kafkaPartition: Number(kafkaPartition), slot: Number(slot) };
}

/** Facts as footer and metadata store them: JSON in ASCII, because object metadata travels in HTTP headers. */
export function writeFacts(facts: SlotFacts | CompactFacts): Readonly<Record<string, string>> {
  const json = JSON.stringify(facts).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { [FACTS_KEY]: json };
}
