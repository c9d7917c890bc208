import type { Positioned, PositionedRecords } from './chain.ts';
import { includes, isBehind, lastOffset, notCovered } from './offset-ranges.ts';
import { PermanentError } from './permanent-error.ts';
import type { Chain, Coverage } from './slot.ts';
import { aboveHighWater, type HighWater, type SourcePosition } from './source-position.ts';

/** A topic was deleted and created again, or another one took its place: the same offsets now name other records. */
export class RecreatedTopicError extends PermanentError {
  override readonly name = 'RecreatedTopicError';
}

/** Evidence that records are not those that the lake has at the same positions, and what to do if that is so. */
export interface OtherRecords {
  readonly evidence: string;
  readonly advice: string;
}

/** Records and the position of their chain or shard. */
interface Placed extends Omit<PositionedRecords, 'chain'> {
  readonly chain: Pick<Chain, 'incarnation' | 'kafkaPartition'>;
}

/**
 * The evidence in the chain itself: another topic's records, a covered offset with a newer timestamp than all that is
 * covered, or, in a refined stream, a source position that is not new with a newer timestamp. Undefined if there is
 * none.
 */
export function otherRecords(
  append: Placed,
  tail: Pick<Coverage, 'covered' | 'topic' | 'newestTimestampMs' | 'highWater'>,
): OtherRecords | undefined {
  const { chain, stream, topic, records } = append;
  if (tail.covered.length > 0 && tail.topic !== topic) {
    return {
      evidence: `${stream}: expected the topic ${tail.topic}, whose records the lake has, found ${topic}`,
      advice: `If the stream has moved to this topic, set WEIR_INCARNATIONS=${stream}=${chain.incarnation + 1}`,
    };
  }
  if (!isBehind(tail.covered, records[0]?.offset)) {
    const newer = records.find(
      (record) => record.timestamp > tail.newestTimestampMs && includes(tail.covered, record.offset),
    );
    if (newer !== undefined) return recreatedTopic(append, newer, tail);
  }
  if (records.every(({ source }) => source === undefined)) return undefined;
  const { highWater, newer } = aboveHighWater(notCovered(tail.covered, records), tail.highWater);
  return newer === null || highWater === null ? undefined : recreatedSource(stream, newer, highWater);
}

/** The evidence that the lake has a record's offset, as `covered` shows, but with another timestamp. */
export function recreatedTopic(
  { chain, stream, topic }: Omit<Placed, 'records'>,
  { offset, timestamp }: Positioned,
  { covered, newestTimestampMs }: Pick<Coverage, 'covered' | 'newestTimestampMs'>,
): OtherRecords {
  return {
    evidence:
      `${stream}: topic ${topic} was deleted and created again: kafka partition ${chain.kafkaPartition}, offset ${offset} is of ` +
      `${timeOf(timestamp)}, but the lake has offsets up to ${lastOffset(covered)}, none newer than ${timeOf(newestTimestampMs)}`,
    advice: `If the topic is indeed a new one, set WEIR_INCARNATIONS=${stream}=${chain.incarnation + 1}; if it is not, that would repeat its rows`,
  };
}

function recreatedSource(
  stream: string,
  source: SourcePosition,
  { offset, newestTimestampMs }: HighWater,
): OtherRecords {
  return {
    evidence:
      `${stream}: the topic that this stream is refined from was deleted and created again: its offset ${source.offset} is of ` +
      `${timeOf(source.timestampMs)}, but up to offset ${offset} none was newer than ${timeOf(newestTimestampMs)}`,
    advice:
      'If the source is indeed a new one, raise the incarnations of both streams in WEIR_INCARNATIONS; if it is not, ' +
      'that would repeat their rows',
  };
}

const timeOf = (ms: number) => new Date(ms).toISOString();
