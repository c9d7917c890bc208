import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Deployment } from '../deployment.ts';
import { isWhole, type Rule } from './rule.ts';

/** A repository in the `sub` of GitHub's tokens: with the ids of both owner and repository, or with neither. */
const REPOSITORY = /^[\w.-]+(\/[\w.-]+|@\d+\/[\w.-]+@\d+)$/;

/** The deployment's location, costs and notifications. */
export function generalRules(deployment: Deployment): readonly Rule[] {
  const { name, region, account, pollers, batchWindowSeconds, athenaScanLimitGigabytes } = deployment;
  const { logRetentionDays, silenceAlarmMinutes } = deployment;
  return [
    {
      setting: 'name',
      holds: /^[a-z][a-z0-9]{0,19}$/.test(name),
      expected: 'a lower-case letter, then up to 19 letters or digits',
      found: name,
      todo: 'choose another name: it is permanent',
    },
    {
      setting: 'region',
      holds: RegionInfo.regions.some((known) => known.name === region),
      expected: 'an AWS region, such as us-east-1',
      found: region,
      todo: 'correct the spelling',
    },
    {
      setting: 'account',
      holds: account === null || /^\d{12}$/.test(account),
      expected: 'twelve digits, or null for the caller’s account',
      found: account,
      todo: 'take it from "aws sts get-caller-identity"',
    },
    {
      setting: 'pollers',
      holds: pollers === 'provisioned' || pollers === 'onDemand',
      expected: 'provisioned or onDemand',
      found: pollers,
      todo: 'correct the spelling',
    },
    {
      setting: 'batchWindowSeconds',
      holds: isWhole(batchWindowSeconds, 0, 300),
      expected: 'whole seconds from 0 to 300',
      found: batchWindowSeconds,
      todo: 'take 60 when in doubt',
    },
    {
      setting: 'athenaScanLimitGigabytes',
      holds: isWhole(athenaScanLimitGigabytes, 1, 7000),
      expected: 'whole gigabytes from 1 to 7000',
      found: athenaScanLimitGigabytes,
      todo: 'a gigabyte costs half a cent',
    },
    {
      setting: 'logRetentionDays',
      holds: [7, 30, 90, 365].includes(logRetentionDays),
      expected: '7, 30, 90 or 365',
      found: logRetentionDays,
      todo: 'take 30 when in doubt',
    },
    {
      setting: 'silenceAlarmMinutes',
      holds: isWhole(silenceAlarmMinutes, 5, 1440) && silenceAlarmMinutes % 5 === 0,
      expected: 'a multiple of 5 from 5 to 1440, as CloudWatch looks back a day at most',
      found: silenceAlarmMinutes,
      todo: 'take 60 when in doubt',
    },
    {
      setting: 'monthlyBudgetDollars',
      holds: isWhole(deployment.monthlyBudgetDollars, 1, 10_000_000),
      expected: 'whole dollars of 1 or more',
      found: deployment.monthlyBudgetDollars,
      todo: 'take what "weir cost" says, and some more',
    },
    {
      setting: 'alarmEmail',
      holds: deployment.alarmEmail === null || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(deployment.alarmEmail),
      expected: 'an address, or null for nobody',
      found: deployment.alarmEmail,
      todo: 'correct the address',
    },
    {
      setting: 'github.repository',
      holds: deployment.github === null || REPOSITORY.test(deployment.github.repository),
      expected: 'owner@id/name@id, or owner/name for a repository that has its name since before 15 July 2026',
      found: deployment.github?.repository,
      todo: `take it from gh api repos/OWNER/NAME --jq '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"'`,
    },
    {
      setting: 'github.environment',
      holds: deployment.github === null || /^[\w.-]+$/.test(deployment.github.environment),
      expected: 'the name of an environment of the repository',
      found: deployment.github?.environment,
      todo: 'take the name of the deployment, as the workflows do',
    },
    {
      setting: 'github.oidcProvider',
      holds: deployment.github === null || ['create', 'existing'].includes(deployment.github.oidcProvider),
      expected: 'create, or existing where the account has one already',
      found: deployment.github?.oidcProvider,
      todo: 'look with "aws iam list-open-id-connect-providers"',
    },
  ];
}
