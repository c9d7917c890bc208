import type { Contract } from '../../lib/contracts/contract.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { consumerGroup, meteredStreams } from '../../lib/derive/topic-readers.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';

/** How far the meter has read a stream, by kafka partition. */
export interface StreamOffsets {
  readonly stream: string;
  /** The next offset that its group reads; null if it has read nothing. */
  readonly committed: readonly (number | null)[];
  /** The offset that the topic's next record will get. */
  readonly ends: readonly number[];
}

export interface OffsetsDeps {
  readonly contracts: readonly Contract[];
  /** Topics by stream, for streams whose topic has a different name. */
  readonly topics: ReadonlyMap<string, string>;
  readonly groupOwner: string;
  readonly log: Pick<EventLog, 'committedOffsets' | 'endOffsets'>;
}

/**
 * Returns how far the meter has read each stream, for functions outside the brokers' network. Committed offsets are
 * read before end offsets, so that no committed offset is beyond its end offset.
 */
export function createHandler({ contracts, topics, groupOwner, log }: OffsetsDeps) {
  return async (): Promise<readonly StreamOffsets[]> => {
    const found: StreamOffsets[] = [];
    for (const contract of meteredStreams(contracts)) {
      const topic = topicOf(contract, topics);
      const committed = await log.committedOffsets(topic, consumerGroup(groupOwner, 'meter', contract));
      found.push({ stream: contract.name, committed, ends: await log.endOffsets(topic) });
    }
    return found;
  };
}
