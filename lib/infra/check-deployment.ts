import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Contract } from '../contracts/contract.ts';
import type { Broker, Deployment, Warehouse } from './deployment.ts';

/** A deployment that cannot work; the message says what was found, what was expected and what to do. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

interface Rule {
  /** The setting, dotted. */
  readonly setting: string;
  readonly holds: boolean;
  readonly expected: string;
  readonly found: unknown;
  readonly todo: string;
}

/**
 * The deployment as it is, once everything about it was found possible.
 * @throws DeploymentError for the first setting that is unknown, wrong, or does not go with another.
 */
export function checkDeployment(deployment: Deployment, contracts: readonly Contract[]): Deployment {
  assertKnown(deployment);
  const rules = [
    ...generalRules(deployment),
    ...brokerRules(deployment),
    ...(deployment.warehouse === null ? [] : warehouseRules(deployment.warehouse)),
    ...streamRules(deployment, contracts),
  ];
  const broken = rules.find(({ holds }) => !holds);
  if (broken === undefined) return deployment;
  const { setting, expected, found, todo } = broken;
  throw new DeploymentError(
    `deployment ${deployment.name}: ${setting}: expected ${expected}, found ${JSON.stringify(found) ?? 'nothing'}; ${todo}`,
  );
}

/** A record that names each key of `T`: one that is forgotten here does not compile. */
type Names<T> = Readonly<Record<keyof T, true>>;

const settingNames: Names<Deployment> = {
  name: true,
  region: true,
  account: true,
  broker: true,
  pollers: true,
  batchWindowSeconds: true,
  topics: true,
  incarnations: true,
  generate: true,
  warehouse: true,
  athenaScanLimitGigabytes: true,
  keepData: true,
  logRetentionDays: true,
  alarmEmail: true,
  monthlyBudgetDollars: true,
  github: true,
};

const warehouseNames: Names<Warehouse> = {
  baseRpu: true,
  maxRpu: true,
  dailyRpuHours: true,
  everyTenMinutes: true,
  timeZone: true,
};

type Existing = Extract<Broker, { kind: 'existing' }>;

const existingNames: Names<Existing> = {
  kind: true,
  clusterArn: true,
  bootstrapServers: true,
  vpcId: true,
  availabilityZones: true,
  subnetIds: true,
  securityGroupId: true,
  createTopics: true,
};

/** What each kind of broker is described by; all of it is required, but for the disk of Standard ones. */
const brokerNames: Readonly<Record<Broker['kind'], readonly string[]>> = {
  serverless: ['kind'],
  express: ['kind', 'instanceType', 'brokers'],
  standard: ['kind', 'instanceType', 'brokers', 'storageGibibytes'],
  existing: Object.keys(existingNames),
};

function assertKnown(deployment: Deployment): void {
  assertNames(deployment.name, 'settings', deployment, Object.keys(settingNames));
  const names = brokerNames[deployment.broker.kind];
  if (names === undefined) {
    const expected = Object.keys(brokerNames).join(', ');
    const found = JSON.stringify(deployment.broker.kind) ?? 'nothing';
    throw new DeploymentError(
      `deployment ${deployment.name}: broker.kind: expected one of ${expected}, found ${found}; correct the spelling`,
    );
  }
  assertNames(deployment.name, `broker (${deployment.broker.kind})`, deployment.broker, names);
  if (deployment.warehouse !== null) {
    assertNames(deployment.name, 'warehouse', deployment.warehouse, Object.keys(warehouseNames));
  }
}

function assertNames(deployment: string, where: string, found: object, expected: readonly string[]): void {
  const unknown = Object.keys(found).find((name) => !expected.includes(name));
  const missing = expected.find((name) => !(name in found));
  const trouble = unknown !== undefined ? `found "${unknown}"` : missing !== undefined ? `found no "${missing}"` : null;
  if (trouble === null) return;
  const todo = unknown !== undefined ? 'remove it, or correct its spelling' : 'add it';
  throw new DeploymentError(
    `deployment ${deployment}: ${where}: expected ${expected.join(', ')}; ${trouble}; ${todo} in lib/infra/deployments.ts`,
  );
}

const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

function generalRules(deployment: Deployment): readonly Rule[] {
  const { name, region, account, pollers, batchWindowSeconds, athenaScanLimitGigabytes, logRetentionDays } = deployment;
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
      expected: 'twelve digits, or null for the account of whoever deploys',
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
      holds: deployment.github === null || /^[\w.-]+\/[\w.-]+$/.test(deployment.github.repository),
      expected: 'owner/name',
      found: deployment.github?.repository,
      todo: 'take it from the address of the repository',
    },
  ];
}

/**
 * Where MSK Serverless is offered, November 2026.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html
 */
const SERVERLESS_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-north-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2'],
];

const ZONES = 3;

function brokerRules({ broker, region }: Deployment): readonly Rule[] {
  switch (broker.kind) {
    case 'serverless':
      return [
        {
          setting: 'region',
          holds: SERVERLESS_REGIONS.includes(region),
          expected: `a region with MSK Serverless (${SERVERLESS_REGIONS.join(', ')})`,
          found: region,
          todo: 'choose one of them, or another kind of broker',
        },
      ];
    case 'express':
    case 'standard':
      return provisionedRules(broker);
    case 'existing':
      return existingRules(broker, region);
    default:
      return broker satisfies never;
  }
}

function provisionedRules({ kind, instanceType, brokers, storageGibibytes }: ProvisionedBrokerOf): readonly Rule[] {
  const family = kind === 'express' ? 'express.' : 'kafka.';
  return [
    {
      setting: 'broker.instanceType',
      holds: instanceType.startsWith(family),
      expected: `an instance type that begins with "${family}", as ${kind} brokers have`,
      found: instanceType,
      todo: `take ${kind === 'express' ? 'express.m7g.large' : 'kafka.t3.small'} when in doubt`,
    },
    {
      setting: 'broker.brokers',
      holds: isWhole(brokers, ZONES, 30) && brokers % ZONES === 0,
      expected: 'a multiple of 3, one for each zone',
      found: brokers,
      todo: 'take 3 when in doubt',
    },
    {
      setting: 'broker.storageGibibytes',
      holds: kind === 'express' || isWhole(storageGibibytes ?? 0, 1, 16_384),
      expected: 'gibibytes from 1 to 16384, for Standard brokers',
      found: storageGibibytes,
      todo: 'a day of 1,000 events/s of 500 bytes takes 43 GB on each of three brokers',
    },
  ];
}

type ProvisionedBrokerOf = Extract<Broker, { kind: 'express' | 'standard' }>;

function existingRules(broker: Existing, region: string): readonly Rule[] {
  return [
    {
      setting: 'broker.clusterArn',
      holds: new RegExp(`^arn:aws[a-z-]*:kafka:${region}:\\d{12}:cluster/[^/]+/[^/]+$`).test(broker.clusterArn),
      expected: `arn:aws:kafka:${region}:ACCOUNT:cluster/NAME/UUID`,
      found: broker.clusterArn,
      todo: 'take it from "aws kafka list-clusters-v2"; it must be in the deployment’s region',
    },
    {
      setting: 'broker.bootstrapServers',
      holds: /^[\w.-]+:\d+(,[\w.-]+:\d+)*$/.test(broker.bootstrapServers),
      expected: 'host:port,…',
      found: broker.bootstrapServers,
      todo: 'take BootstrapBrokerStringSaslIam from "aws kafka get-bootstrap-brokers"; if there is none, turn on IAM authentication',
    },
    {
      setting: 'broker.subnetIds',
      holds: broker.subnetIds.length >= 3 && broker.subnetIds.length === broker.availabilityZones.length,
      expected: 'three private subnets or more, and as many availabilityZones in the same order',
      found: { subnetIds: broker.subnetIds, availabilityZones: broker.availabilityZones },
      todo: 'name the subnets that reach the brokers; Redshift Serverless wants three zones',
    },
  ];
}

function warehouseRules({ baseRpu, maxRpu, dailyRpuHours, timeZone }: Warehouse): readonly Rule[] {
  const isCapacity = (rpu: number) => rpu === 4 || (isWhole(rpu, 8, 512) && rpu % 8 === 0);
  return [
    {
      setting: 'warehouse.baseRpu',
      holds: isCapacity(baseRpu),
      expected: '4, or a multiple of 8 from 8 to 512',
      found: baseRpu,
      todo: 'take 4 when in doubt',
    },
    {
      setting: 'warehouse.maxRpu',
      holds: isCapacity(maxRpu) && maxRpu >= baseRpu,
      expected: `4 or a multiple of 8, and at least baseRpu (${baseRpu})`,
      found: maxRpu,
      todo: 'it bounds what a single query may cost',
    },
    {
      setting: 'warehouse.dailyRpuHours',
      holds: isWhole(dailyRpuHours, 1, 100_000),
      expected: 'whole RPU hours of 1 or more',
      found: dailyRpuHours,
      todo: '24 hourly runs of a minute at 4 RPU use 1.6',
    },
    {
      setting: 'warehouse.timeZone',
      holds: isTimeZone(timeZone),
      expected: 'an IANA time zone',
      found: timeZone,
      todo: 'take Etc/UTC when in doubt',
    },
  ];
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function streamRules({ topics, incarnations }: Deployment, contracts: readonly Contract[]): readonly Rule[] {
  const names = contracts.map(({ name }) => name);
  const unknown = [...Object.keys(topics), ...Object.keys(incarnations)].find((name) => !names.includes(name));
  const badTopic = Object.values(topics).find((topic) => !/^[a-zA-Z0-9._-]{1,249}$/.test(topic));
  const badNumber = Object.values(incarnations).find((value) => !isWhole(value, 0, 999_999));
  const used = names.map((name) => topics[name] ?? name);
  const twice = used.find((topic, index) => used.indexOf(topic) !== index);
  return [
    {
      setting: 'topics, incarnations',
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
