import type { EventLog } from '../../pipeline/ports.ts';
import { RecreatedTopicError } from '../../pipeline/recreated-topic.ts';
import type { StreamSource } from '../folder/folder-identity.ts';

/** @throws RecreatedTopicError when the topic is not the one any more that it was; it never is again. */
export type TopicWatch = () => Promise<void>;

type WatchedLog = Pick<EventLog, 'topicId' | 'endOffsets'>;

/**
 * Asks the log whether a topic is still the same one: by its id, or where the log has none, by whether it ends before where
 * it has ended. Then a topic that has already grown beyond that is taken for the same.
 */
export function topicWatch(log: WatchedLog, { stream, topic, topicId, incarnation }: StreamSource): TopicWatch {
  let ends: readonly number[] = [];

  function recreated(evidence: string): RecreatedTopicError {
    return new RecreatedTopicError(
      `${stream}: topic ${topic} was deleted and created again while Weir ran: ${evidence}. Nothing of the new one is in the ` +
        `lake. To take it in beside the old one's records, stop, set WEIR_INCARNATIONS=${stream}=${incarnation + 1}, and start again`,
    );
  }

  return async () => {
    if (topicId !== null) {
      const found = await log.topicId(topic);
      if (found !== topicId) throw recreated(`its id was ${topicId}, and is ${found}`);
      return;
    }
    const found = await log.endOffsets(topic);
    for (const [kafkaPartition, before] of ends.entries()) {
      const now = found[kafkaPartition] ?? 0;
      if (now < before) throw recreated(`kafka partition ${kafkaPartition} ended at ${before}, and ends at ${now}`);
    }
    ends = found;
  };
}
