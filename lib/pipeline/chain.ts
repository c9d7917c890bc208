import type { ChainTails, Tail } from './chain-tails.ts';
import { includes, lastOffset, type OffsetRange, type OffsetRanges, subtract, union } from './offset-ranges.ts';
import type { ObjectStore } from './ports.ts';
import { readFacts } from './read-facts.ts';
import { RecreatedTopicError } from './recreated-topic.ts';
import { type Chain, type RecordedRejections, type SlotFacts, slotKey, writeFacts } from './slot.ts';

/** What a chain needs to know of a record. */
export interface Positioned {
  readonly offset: number;
  /** Kafka's, milliseconds since 1970. */
  readonly timestamp: number;
}

/**
 * An object that is about to be written: its facts but for the rejections, which its maker adds. The high-water is that of
 * the slots before, which the maker of a refined stream's rows raises.
 */
export type SlotDraft = Omit<SlotFacts, 'rejected'>;

export interface SlotContents {
  readonly body: Uint8Array;
  readonly facts: SlotFacts;
}

export interface ChainPorts {
  readonly store: ObjectStore;
  readonly tails: ChainTails;
  readonly newWriteId: () => string;
}

export interface Append<R extends Positioned> {
  readonly chain: Chain;
  readonly stream: string;
  readonly topic: string;
  readonly contractVersion: number | null;
  /** Records of the chain's hour and kafka partition, ascending. */
  readonly records: readonly R[];
  /** First and last offset of that hour in the batch, which may be wider than the records. */
  readonly span: OffsetRange;
  /** Called with the records that the chain has not taken in yet, ascending and never empty. */
  readonly contents: (fresh: readonly R[], draft: SlotDraft) => Promise<SlotContents>;
}

type Unwritten = Omit<Append<Positioned>, 'contents'>;

export interface Appended {
  readonly tail: Tail;
  /** Offsets that this call took in; empty when all had been taken in before. */
  readonly own: OffsetRanges;
  readonly rejected: readonly RecordedRejections[];
  readonly objects: number;
}

/**
 * Takes records into their chain, each once, with one PUT: slot tail + 1, if absent. When another writer was first, the
 * records are filtered against what that one took in, and what is left goes to the next slot.
 * @throws RecreatedTopicError when a covered offset comes with a newer timestamp than all that is covered.
 */
export async function appendToChain<R extends Positioned>(ports: ChainPorts, append: Append<R>): Promise<Appended> {
  const { chain, records } = append;
  let tail = await ports.tails.of(chain);
  for (;;) {
    assertSameTopic(append, tail);
    const fresh = notIn(tail.covered, records);
    assertSameIncarnation(append, tail);
    if (fresh.length === 0) return { tail, own: [], rejected: [], objects: 0 };
    const draft = draftOf(append, tail, fresh, ports.newWriteId());
    const { body, facts } = await append.contents(fresh, draft);
    if (await writeSlot(ports.store, slotKey(chain, tail.generation, tail.nextSlot), body, facts)) {
      const { covered, newestTimestampMs, highWater, own, rejected } = facts;
      tail = ports.tails.remember(chain, {
        ...tail,
        nextSlot: tail.nextSlot + 1,
        covered,
        newestTimestampMs,
        highWater,
        topic: append.topic,
      });
      return { tail, own, rejected, objects: 1 };
    }
    tail = await ports.tails.refresh(chain);
  }
}

function draftOf(append: Unwritten, tail: Tail, fresh: readonly Positioned[], writeId: string): SlotDraft {
  const { chain, stream, topic, contractVersion, span } = append;
  return {
    kind: 'rows',
    stream,
    topic,
    incarnation: chain.incarnation,
    kafkaPartition: chain.kafkaPartition,
    slot: tail.nextSlot,
    writeId,
    contractVersion,
    own: subtract([span], tail.covered),
    covered: union(tail.covered, [span]),
    newestTimestampMs: newestOf(fresh, tail.newestTimestampMs),
    highWater: tail.highWater,
  };
}

function notIn<R extends Positioned>(covered: OffsetRanges, records: readonly R[]): readonly R[] {
  return isBehind(covered, records) ? records : records.filter(({ offset }) => !includes(covered, offset));
}

/** The usual case, told without a look at each record: a batch behind all that is covered. */
function isBehind(covered: OffsetRanges, [first]: readonly Positioned[]): boolean {
  return first !== undefined && first.offset > lastOffset(covered);
}

function newestOf(records: readonly Positioned[], before: number): number {
  let newest = before;
  for (const { timestamp } of records) if (timestamp > newest) newest = timestamp;
  return newest;
}

/** Whether the slot is now this object: created, or found to be it already when a repeated PUT lost its first answer. */
async function writeSlot(store: ObjectStore, key: string, body: Uint8Array, facts: SlotFacts): Promise<boolean> {
  if ((await store.putIfAbsent(key, body, writeFacts(facts))) === 'created') return true;
  const found = await readFacts(store, key);
  return found.kind === 'rows' && found.writeId === facts.writeId;
}

/** Another topic under the same stream and incarnation would have its records taken for those that are covered. */
function assertSameTopic({ chain, stream, topic }: Unwritten, { covered, topic: before }: Tail): void {
  if (covered.length === 0 || before === topic) return;
  throw new RecreatedTopicError(
    `${stream}: expected the topic ${before}, whose records the lake has, found ${topic}. Nothing was written. ` +
      `If the stream has moved to this topic, set WEIR_INCARNATIONS=${stream}=${chain.incarnation + 1}`,
  );
}

/** A record that the chain took in is among those whose newest timestamp it keeps: a newer one is another record. */
function assertSameIncarnation({ chain, stream, topic, records }: Unwritten, tail: Tail): void {
  if (isBehind(tail.covered, records)) return;
  const other = records.find(
    (record) => record.timestamp > tail.newestTimestampMs && includes(tail.covered, record.offset),
  );
  if (other !== undefined) throw recreatedTopic({ chain, stream, topic }, other, tail);
}

export function recreatedTopic(
  { chain, stream, topic }: Pick<Append<Positioned>, 'chain' | 'stream' | 'topic'>,
  { offset, timestamp }: Positioned,
  { covered, newestTimestampMs }: Pick<Tail, 'covered' | 'newestTimestampMs'>,
): RecreatedTopicError {
  const at = (ms: number) => new Date(ms).toISOString();
  return new RecreatedTopicError(
    `${stream}: topic ${topic} was deleted and created again: kafka partition ${chain.kafkaPartition}, offset ${offset} is of ` +
      `${at(timestamp)}, but the lake has offsets up to ${lastOffset(covered)}, none newer than ${at(newestTimestampMs)}. ` +
      `Nothing was written. If the topic is indeed a new one, set WEIR_INCARNATIONS=${stream}=${chain.incarnation + 1}`,
  );
}
