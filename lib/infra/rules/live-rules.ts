import type { Broker, Deployment, IssuedTokens, Live } from '../deployment.ts';
import { isWhole, type Rule } from './rule.ts';

/**
 * New IAM connections that a broker of M5 or M7g accepts per second.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/limits.html
 */
const CONNECTIONS_PER_BROKER = 100;
/** The minimum brokers of any cluster, for a cluster whose number of brokers is unknown. */
const MIN_BROKERS = 3;

/** Live metrics and the REST API. */
export function liveRules(live: Live, { name, broker }: Deployment): readonly Rule[] {
  const { auth, batchWindowSeconds, readsPerSecond, writesPerSecond, maxStoreGigabytes, maxStoreUnitsPerSecond } = live;
  const connections = newConnections(broker);
  return [
    ...(auth.kind === 'jwt' ? tokenRules(auth) : []),
    ...(auth.kind === 'cognito' ? userPoolRules(name, auth.programs) : []),
    {
      setting: 'live.batchWindowSeconds',
      holds: isWhole(batchWindowSeconds, 0, 300),
      expected: 'whole seconds from 0 to 300',
      found: batchWindowSeconds,
      todo: 'take 2 when in doubt',
    },
    {
      setting: 'live.readsPerSecond',
      holds: isWhole(readsPerSecond, 1, 5000),
      expected: 'a whole number from 1 to 5000',
      found: readsPerSecond,
      todo: 'take 50 when in doubt',
    },
    {
      setting: 'live.writesPerSecond',
      holds: isWhole(writesPerSecond, 1, connections),
      expected: `a whole number from 1 to ${connections}, the new connections that the brokers take in a second`,
      found: writesPerSecond,
      todo: 'lower it, and send more events in a request',
    },
    {
      setting: 'live.maxStoreGigabytes',
      holds: isWhole(maxStoreGigabytes, 1, 5000),
      expected: 'whole gigabytes from 1 to 5000',
      found: maxStoreGigabytes,
      todo: 'take 1 when in doubt: only what is used costs',
    },
    {
      setting: 'live.maxStoreUnitsPerSecond',
      holds: isWhole(maxStoreUnitsPerSecond, 1000, 15_000_000),
      expected: 'a whole number from 1000 to 15000000',
      found: maxStoreUnitsPerSecond,
      todo: 'take 5000 when in doubt: only what is used costs',
    },
  ];
}

function tokenRules({ issuer, audience }: IssuedTokens): readonly Rule[] {
  return [
    {
      setting: 'live.auth.issuer',
      holds: /^https:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(issuer),
      expected: 'an https address below which the issuer has .well-known/openid-configuration',
      found: issuer,
      todo: 'take "iss" of a token',
    },
    {
      setting: 'live.auth.audience',
      holds: audience.length > 0 && audience.every((one) => one !== ''),
      expected: 'at least one name, as "aud" or "client_id" of tokens has it',
      found: audience,
      todo: 'take it from a token',
    },
  ];
}

/** The name is part of the host of the sign-in pages. */
function userPoolRules(name: string, programs: boolean): readonly Rule[] {
  return [
    {
      setting: 'name',
      holds: !/aws|amazon|cognito/.test(name),
      expected: 'a name without "aws", "amazon" and "cognito", which the domain of a user pool must not contain',
      found: name,
      todo: 'choose another name, or another live.auth',
    },
    {
      setting: 'live.auth.programs',
      holds: programs,
      expected: 'true, so that somebody can get a token',
      found: programs,
      todo: 'set it to true',
    },
  ];
}

function newConnections(broker: Broker): number {
  const isCounted = broker.kind === 'express' || broker.kind === 'standard';
  return CONNECTIONS_PER_BROKER * (isCounted ? broker.brokers : MIN_BROKERS);
}
