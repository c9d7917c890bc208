import type { MSKRecord } from 'aws-lambda';
import type { ChainTails, Tail } from './chain-tails.ts';
import { lastOffset, notCovered, type OffsetRanges, subtract, union } from './offset-ranges.ts';
import type { Clock, ObjectStore } from './ports.ts';
import { readFacts } from './read-facts.ts';
import { otherRecords } from './recreated-topic.ts';
import {
  type Chain,
  chainPrefix,
  coverageOf,
  type RecordedRejections,
  type SlotFacts,
  slotKey,
  writeFacts,
} from './slot.ts';
import type { SourcePosition } from './source-position.ts';

/** Above this number of `covered` ranges in a footer, a few kilobytes, gaps are covered too. */
const MAX_RANGES = 256;

/**
 * A process that was frozen for this long between looking up a tail and writing after it may have written where no
 * reader looks: the hour may have been compacted and its old generation deleted, although old generations are kept at
 * least twice as long. So it looks up the tail again.
 */
export const FROZEN_MS = 3_600_000;

/** What a chain needs to know about a record. */
export interface Positioned {
  readonly offset: number;
  /** Kafka timestamp, milliseconds since 1970. */
  readonly timestamp: number;
  readonly timestampType: MSKRecord['timestampType'];
  /** The source position of a refined stream's record. */
  readonly source?: SourcePosition | undefined;
}

export interface PositionedRecords<R extends Positioned = Positioned> {
  readonly chain: Chain;
  readonly stream: string;
  readonly topic: string;
  /** Records of the chain's hour and kafka partition, ascending. */
  readonly records: readonly R[];
}

/**
 * The facts of an object that is about to be written, without the rejections, which are added by the code that makes
 * its rows. The high-water is that of the previous slots; the code that makes a refined stream's rows raises it. Of the
 * counts, only `taken` includes the fresh records.
 */
export type SlotDraft = Omit<SlotFacts, 'rejected'>;

export interface SlotContents {
  readonly body: Uint8Array;
  readonly facts: SlotFacts;
}

export interface ChainPorts {
  readonly store: ObjectStore;
  readonly tails: ChainTails;
  readonly clock: Pick<Clock, 'now'>;
  readonly newWriteId: () => string;
}

export interface Append<R extends Positioned> extends PositionedRecords<R> {
  readonly contractVersion: number | null;
  /** The batch's offsets in that hour, which may be more than the records. */
  readonly ranges: OffsetRanges;
  /** Called with the records that the chain has not covered yet, ascending and never empty. */
  readonly contents: (fresh: readonly R[], draft: SlotDraft) => Promise<SlotContents>;
}

type Unwritten = Omit<Append<Positioned>, 'contents'>;

export interface Appended {
  readonly tail: Tail;
  /** Offsets that this call covered; empty if all were covered before. */
  readonly own: OffsetRanges;
  readonly rejected: readonly RecordedRejections[];
  readonly objects: number;
}

/**
 * Appends records to their chain, each once, with one PUT: slot tail + 1, if absent. If another writer was first, the
 * offsets that it covered are filtered out, and the remaining records go to the next slot.
 * @throws if the chain has other records at the same positions: `assertTopicGoesOn` runs first, so another writer wrote
 * them.
 */
export async function appendToChain<R extends Positioned>(ports: ChainPorts, append: Append<R>): Promise<Appended> {
  const { chain, records } = append;
  let taken: Omit<Appended, 'tail'> = { own: [], rejected: [], objects: 0 };
  let askedAtMs = ports.clock.now();
  let tail = await ports.tails.of(chain);
  for (;;) {
    assertSameRecords(append, tail);
    const fresh = notCovered(tail.covered, records);
    if (fresh.length === 0) return { tail, ...taken };
    const draft = draftOf(append, tail, fresh, ports.newWriteId());
    const { body, facts } = await append.contents(fresh, draft);
    if (await writeSlot(ports.store, slotKey(chain, tail.generation, tail.nextSlot), body, facts)) {
      taken = { own: facts.own, rejected: facts.rejected, objects: 1 };
      tail = ports.tails.moved(chain, { ...tail, ...coverageOf(facts), nextSlot: tail.nextSlot + 1 });
      if (ports.clock.now() - askedAtMs < FROZEN_MS) return { tail, ...taken };
    }
    askedAtMs = ports.clock.now();
    tail = await ports.tails.refresh(chain);
  }
}

function draftOf(append: Unwritten, tail: Tail, fresh: readonly Positioned[], writeId: string): SlotDraft {
  const { chain, stream, topic, contractVersion } = append;
  const ranges = rangesToCover(append.ranges, tail.covered);
  return {
    kind: 'rows',
    stream,
    topic,
    incarnation: chain.incarnation,
    kafkaPartition: chain.kafkaPartition,
    slot: tail.nextSlot,
    writeId,
    contractVersion,
    own: subtract(ranges, tail.covered),
    covered: union(tail.covered, ranges),
    newestTimestampMs: newestOf(fresh, tail.newestTimestampMs),
    amended: tail.amended,
    amendedSources: tail.amendedSources,
    highWater: tail.highWater,
    counts: { ...tail.counts, taken: tail.counts.taken + fresh.length },
    timestampType: fresh[0]?.timestampType ?? tail.timestampType,
  };
}

/** Exact ranges, or the whole span of the batch if timestamps that jump between hours would make the list too long. */
function rangesToCover(ranges: OffsetRanges, covered: OffsetRanges): OffsetRanges {
  if (ranges.length === 1 || union(covered, ranges).length <= MAX_RANGES) return ranges;
  return [[ranges[0]?.[0] ?? 0, lastOffset(ranges)]];
}

function newestOf(records: readonly Positioned[], before: number): number {
  let newest = before;
  for (const { timestamp } of records) if (timestamp > newest) newest = timestamp;
  return newest;
}

/** Whether the slot is now this object: just created, or by an earlier PUT whose response was lost. */
export async function writeSlot(store: ObjectStore, key: string, body: Uint8Array, facts: SlotFacts): Promise<boolean> {
  if ((await store.putIfAbsent(key, body, writeFacts(facts))) === 'created') return true;
  const found = await readFacts(store, key);
  return found.kind !== 'compact' && found.writeId === facts.writeId;
}

function assertSameRecords(append: Unwritten, tail: Tail): void {
  const other = otherRecords(append, tail);
  if (other === undefined) return;
  throw new Error(
    `${other.evidence}. Another writer took them in meanwhile; the batch comes again, and is checked as a whole before ` +
      `anything is written. If this goes on, move the objects ${chainPrefix(append.chain, tail.generation)}… away`,
  );
}
