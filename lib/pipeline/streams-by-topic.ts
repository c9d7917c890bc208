import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import type { SinkStream } from './batch.ts';

interface StreamSettings {
  /** Topics by stream, if not named after the stream. */
  readonly topics: ReadonlyMap<string, string>;
  /** Incarnations by stream, if not 0. */
  readonly incarnations: ReadonlyMap<string, number>;
}

/** Returns the sink's stream for each topic that is read; a topic that belongs to no stream gets no contract. */
export function streamsByTopic(
  contracts: readonly Contract[],
  { topics, incarnations }: StreamSettings,
): (topic: string) => SinkStream {
  const streams = new Map<string, SinkStream>();
  for (const contract of contracts) {
    const topic = topicOf(contract, topics);
    streams.set(topic, { topic, contract, incarnation: incarnations.get(contract.name) ?? 0 });
  }
  return (topic) => streams.get(topic) ?? { topic, contract: null, incarnation: 0 };
}
