import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import { SettingError, type Settings, settings } from '../settings.ts';

/**
 * Refuses settings that name an unknown stream, or that put two streams on one topic, because each stream's events
 * would be the other's dead letters.
 * @throws SettingError naming the variable, the streams and the topic.
 */
export function assertStreams(
  { topics, incarnations }: Pick<Settings, 'topics' | 'incarnations'>,
  contracts: readonly Pick<Contract, 'name'>[],
): void {
  assertKnown(settings.topics.variable, topics, contracts);
  assertKnown(settings.incarnations.variable, incarnations, contracts);
  const streamOf = new Map<string, string>();
  for (const contract of contracts) {
    const topic = topicOf(contract, topics);
    const other = streamOf.get(topic);
    if (other !== undefined) {
      const found = `found ${other} and ${contract.name} on topic ${topic}`;
      throw new SettingError(`${settings.topics.variable}: expected a topic of its own for each stream, ${found}`);
    }
    streamOf.set(topic, contract.name);
  }
}

function assertKnown(
  variable: string,
  given: ReadonlyMap<string, unknown>,
  contracts: readonly Pick<Contract, 'name'>[],
): void {
  const known = contracts.map(({ name }) => name);
  const unknown = [...given.keys()].find((stream) => !known.includes(stream));
  if (unknown === undefined) return;
  throw new SettingError(`${variable}: expected streams (${known.join(', ')}), found "${unknown}"`);
}
