import { expect } from 'vitest';
import type { RunningRedis } from './servers/redis.ts';
import type { Synthesis } from './synthesis.ts';

/** The permissions of each store user, according to the template. */
function storeUsers({ templates }: Synthesis): ReadonlyMap<string, string> {
  const resources = [...templates.values()].flatMap((stack) => Object.values(stack));
  const found = resources.filter(({ Type }) => Type === 'AWS::ElastiCache::User');
  return new Map(found.map(({ Properties = {} }) => [String(Properties.UserId), String(Properties.AccessString)]));
}

/** Creates the users in a Redis. Only AWS can verify its tokens, so any password is accepted. */
export async function makeStoreUsers({ command }: RunningRedis, synthesis: Synthesis): Promise<void> {
  for (const [user, access] of storeUsers(synthesis)) {
    // Redis has this command since 7.2, like Valkey; clients work without it.
    const rules = access.split(' ').filter((rule) => rule !== '+client|setinfo');
    expect(await command('acl', 'setuser', user, 'nopass', ...rules)).toBe('OK');
  }
}
