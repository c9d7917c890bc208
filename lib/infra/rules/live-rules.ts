import type { ApiAuth, Broker, Dashboard, Deployment, IssuedTokens, Live } from '../deployment.ts';
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
  const {
    auth,
    dashboard,
    batchWindowSeconds,
    readsPerSecond,
    writesPerSecond,
    maxStoreGigabytes,
    maxStoreUnitsPerSecond,
  } = live;
  const connections = newConnections(broker);
  return [
    ...(auth.kind === 'jwt' ? tokenRules(auth) : []),
    ...(auth.kind === 'cognito' ? userPoolRules(name, auth.programs || dashboard !== null) : []),
    ...(dashboard === null ? [] : dashboardRules(dashboard, auth)),
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
function userPoolRules(name: string, hasClient: boolean): readonly Rule[] {
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
      holds: hasClient,
      expected: 'true without a dashboard, so that somebody can get a token',
      found: false,
      todo: 'set it to true',
    },
  ];
}

/** For CloudFront, web ACLs are in one region. */
const WEB_ACL = /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[^/]+\/[\w-]+$/;

function dashboardRules({ priceClass, webAclArn, clientId }: Dashboard, auth: ApiAuth): readonly Rule[] {
  const isOwnIssuer = auth.kind === 'jwt';
  return [
    {
      setting: 'live.dashboard',
      holds: auth.kind !== 'iam',
      expected: 'null with live.auth iam, as browsers do not sign requests',
      found: 'a dashboard',
      todo: 'set it to null, or take cognito or jwt',
    },
    {
      setting: 'live.dashboard.clientId',
      holds: isOwnIssuer ? clientId !== null && clientId !== '' : clientId === null,
      expected: isOwnIssuer ? 'the id of a public client of live.auth.issuer' : 'null without an issuer of your own',
      found: clientId,
      todo: isOwnIssuer ? 'register one, for the authorization code flow with PKCE' : 'set it to null',
    },
    {
      setting: 'live.dashboard.priceClass',
      holds: ['100', '200', 'all'].includes(priceClass),
      expected: '100, 200 or all',
      found: priceClass,
      todo: 'take 100 for people in North America and Europe',
    },
    {
      setting: 'live.dashboard.webAclArn',
      holds: webAclArn === null || WEB_ACL.test(webAclArn),
      expected: 'the ARN of a web ACL for CloudFront, in us-east-1, or null for none',
      found: webAclArn,
      todo: 'take it from "aws wafv2 list-web-acls --scope CLOUDFRONT --region us-east-1"',
    },
  ];
}

function newConnections(broker: Broker): number {
  const isCounted = broker.kind === 'express' || broker.kind === 'standard';
  return CONNECTIONS_PER_BROKER * (isCounted ? broker.brokers : MIN_BROKERS);
}
