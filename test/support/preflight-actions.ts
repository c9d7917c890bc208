import { readFileSync } from 'node:fs';

/** The actions of the requests of `weir doctor --aws`, by what its adapter imports; one's own identity needs no permission. */
export const preflightActions: readonly string[] = (() => {
  const services: Readonly<Record<string, string>> = { 'service-quotas': 'servicequotas' };
  const source = readFileSync(new URL('../../lib/adapters/aws/aws-account.ts', import.meta.url), 'utf8');
  const actions = [...source.matchAll(/^import \{ (.+) \} from '@aws-sdk\/client-([a-z0-9-]+)';$/gm)].flatMap(
    ([, names = '', service = '']) =>
      [...names.matchAll(/(\w+)Command\b|\bpaginate(\w+)/g)].map(
        ([, one, paged]) => `${services[service] ?? service}:${one ?? paged}`,
      ),
  );
  return actions.filter((action) => action !== 'sts:GetCallerIdentity').sort();
})();
