import type { EventLog } from '../../pipeline/ports.ts';
import { RecreatedTopicError } from '../../pipeline/recreated-topic.ts';
import type { StreamSource } from '../folder/folder-identity.ts';

/** @throws RecreatedTopicError if the topic has been recreated; this is permanent. */
export type TopicWatch = () => Promise<void>;

type WatchedLog = Pick<EventLog, 'topicId' | 'endOffsets'>;

/**
 * Checks whether a topic is still the same: by its id or, if the log has no ids, by whether it still ends at or after
 * the known end. Without ids, a recreated topic that has already grown past that end goes undetected.
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
