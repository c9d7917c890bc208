import type { Contract } from '../../contracts/contract.ts';
import type { Deployment } from '../deployment.ts';
import { isWhole, type Rule } from './rule.ts';

/** Settings that refer to streams and topics. */
export function streamRules(
  { topics, incarnations, quietStreams }: Deployment,
  contracts: readonly Contract[],
): readonly Rule[] {
  const names = contracts.map(({ name }) => name);
  const named = [...Object.keys(topics), ...Object.keys(incarnations), ...quietStreams];
  const unknown = named.find((name) => !names.includes(name));
  const badTopic = Object.values(topics).find((topic) => !/^[a-zA-Z0-9._-]{1,249}$/.test(topic));
  const badNumber = Object.values(incarnations).find((value) => !isWhole(value, 0, 999_999));
  const used = names.map((name) => topics[name] ?? name);
  const twice = used.find((topic, index) => used.indexOf(topic) !== index);
  return [
    {
      setting: 'topics, incarnations, quietStreams',
      holds: unknown === undefined,
      expected: `streams that there are (${names.join(', ')})`,
      found: unknown,
      todo: 'correct the spelling',
    },
    {
      setting: 'topics',
      holds: badTopic === undefined,
      expected: 'topic names of letters, digits, ".", "_" and "-"',
      found: badTopic,
      todo: 'correct the name',
    },
    {
      setting: 'topics',
      holds: twice === undefined,
      expected: 'a topic of its own for each stream',
      found: twice,
      todo: 'name another topic for one of the streams',
    },
    {
      setting: 'incarnations',
      holds: badNumber === undefined,
      expected: 'whole numbers from 0',
      found: badNumber,
      todo: 'raise it by one after a topic was created anew',
    },
  ];
}
