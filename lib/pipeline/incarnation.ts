import pLimit from 'p-limit';
import type { HourPart } from './batch.ts';
import type { PositionedRecords } from './chain.ts';
import type { ChainTails } from './chain-tails.ts';
import { includes } from './offset-ranges.ts';
import { decidingChain } from './part-chains.ts';
import { type OtherRecords, otherRecords, RecreatedTopicError, recreatedTopic } from './recreated-topic.ts';
import type { Coverage } from './slot.ts';

/** The clocks of successive leaders of a kafka partition differ by less than this. */
const CLOCK_SKEW_MS = 60_000;

/** Hours looked up concurrently: one takes some requests, and a batch may span hundreds. */
const HOURS_AT_ONCE = 8;

/**
 * Checks all hours of a batch, before the first of them is written: if the lake already has a record's position, it
 * must have the same record.
 * @throws RecreatedTopicError with the evidence that it does not.
 */
export async function assertTopicGoesOn(tails: ChainTails, parts: readonly HourPart[]): Promise<void> {
  const found = await pLimit(HOURS_AT_ONCE).map(parts, async (part) => {
    const { stream, records } = part;
    const positioned = {
      chain: decidingChain(part),
      stream: stream.contract?.name ?? stream.topic,
      topic: stream.topic,
      records,
    };
    return (
      otherRecords(positioned, await tails.of(positioned.chain)) ?? (await shownByHourBefore(tails, positioned, part))
    );
  });
  const other = found.find((one) => one !== undefined);
  if (other !== undefined) {
    throw new RecreatedTopicError(`${other.evidence}. Nothing of this batch was written. ${other.advice}`);
  }
}

/**
 * A sink cannot see a topic's id, but a topic that was deleted and created again restarts at offset 0. When a chain is
 * opened, this shows as an offset that the kafka partition's earlier chain has covered, or is past, with a newer
 * timestamp than all that it has covered. That is proof only if the broker sets the timestamps.
 */
async function shownByHourBefore(
  tails: ChainTails,
  positioned: PositionedRecords,
  { records: [first] }: HourPart,
): Promise<OtherRecords | undefined> {
  const { chain } = positioned;
  if (first === undefined || first.timestampType !== 'LOG_APPEND_TIME') return undefined;
  if ((await tails.of(chain)).covered.length > 0) return undefined;
  const before = await tails.before(chain);
  if (before === undefined || !isPast(before, first.offset)) return undefined;
  if (first.timestamp <= before.newestTimestampMs + CLOCK_SKEW_MS) return undefined;
  // Another process may have opened the chain after this one looked.
  if ((await tails.refresh(chain)).covered.length > 0) return undefined;
  return recreatedTopic(positioned, first, before);
}

/**
 * Whether the chain has covered the offset, or began after it. An offset in a gap of its coverage proves nothing: the
 * clock stepped back, and the offset was in the same batch as its neighbours, which a crash cut short.
 */
function isPast({ covered }: Coverage, offset: number): boolean {
  return offset < (covered[0]?.[0] ?? 0) || includes(covered, offset);
}
