import type { DeliveredRecord } from './batch.ts';
import { type Append, type Positioned, recreatedTopic } from './chain.ts';
import type { ChainTails } from './chain-tails.ts';
import { lastOffset } from './offset-ranges.ts';

/** Leaders of a kafka partition follow each other with clocks that differ by less than this. */
const CLOCK_SKEW_MS = 60_000;

/**
 * A sink cannot see a topic's id, but a topic that was deleted and created again starts at offset 0 again: then, where a
 * chain is opened, an offset that the kafka partition's earlier chain has taken in comes with a newer timestamp than all
 * of it. That proves it only where timestamps never go back, which is when the broker sets them.
 * @throws RecreatedTopicError
 */
export async function assertTopicGoesOn(
  tails: ChainTails,
  append: Pick<Append<Positioned>, 'chain' | 'stream' | 'topic'>,
  records: readonly DeliveredRecord[],
): Promise<void> {
  const first = records[0];
  if (first === undefined || first.timestampType !== 'LOG_APPEND_TIME') return;
  const tail = await tails.of(append.chain);
  if (tail.covered.length > 0) return;
  const before = await tails.before(append.chain);
  if (before === undefined) return;
  if (first.offset <= lastOffset(before.covered) && first.timestamp > before.newestTimestampMs + CLOCK_SKEW_MS) {
    throw recreatedTopic(append, first, before);
  }
}
