import { expect } from 'vitest';
import type { RunningRedis } from './servers/redis.ts';
import type { Synthesis } from './synthesis.ts';

/** What each user of the store may do, as the template says it. */
function storeUsers({ templates }: Synthesis): ReadonlyMap<string, string> {
  const resources = [...templates.values()].flatMap((stack) => Object.values(stack));
  const found = resources.filter(({ Type }) => Type === 'AWS::ElastiCache::User');
  return new Map(found.map(({ Properties = {} }) => [String(Properties.UserId), String(Properties.AccessString)]));
}

/** Makes them in a Redis. Whether a token is AWS's, only AWS knows: any password will do. */
export async function makeStoreUsers({ command }: RunningRedis, synthesis: Synthesis): Promise<void> {
  for (const [user, access] of storeUsers(synthesis)) {
    // Redis knows it since 7.2, as Valkey; clients live without it.
    const rules = access.split(' ').filter((rule) => rule !== '+client|setinfo');
    expect(await command('acl', 'setuser', user, 'nopass', ...rules)).toBe('OK');
  }
}
