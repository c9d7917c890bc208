import type { Contract } from '../../lib/contracts/contract.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { consumerGroup, meteredStreams } from '../../lib/derive/topic-readers.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';

/** How far the meter has read a stream, by kafka partition. */
export interface StreamOffsets {
  readonly stream: string;
  /** The next offset that its group reads; null where it has read nothing. */
  readonly committed: readonly (number | null)[];
  /** The next offset that the topic gives. */
  readonly ends: readonly number[];
}

export interface OffsetsDeps {
  readonly contracts: readonly Contract[];
  /** Stream to topic, where that has another name. */
  readonly topics: ReadonlyMap<string, string>;
  readonly groupOwner: string;
  readonly log: Pick<EventLog, 'committedOffsets' | 'endOffsets'>;
}

/**
 * Answers how far the meter has read each stream: what functions outside of the brokers' network cannot ask. The committed offsets
 * are asked first, so that none is behind its end.
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
