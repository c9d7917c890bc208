import type { Contract } from '../contracts/contract.ts';
import { catalogTables } from '../derive/names.ts';
import type { Deployment } from '../infra/deployment.ts';
import { deploymentName, stackId } from '../infra/naming.ts';
import { KAFKA_VERSION } from '../infra/rules/broker-rules.ts';
import { zoneIds } from '../infra/rules/zones.ts';
import type { Account } from './aws-account.ts';

/** One requirement of a deployment on an account. */
export interface Finding {
  readonly name: string;
  readonly isGood: boolean;
  readonly expected: string;
  readonly found: string;
  /** What to do if the check fails. */
  readonly todo: string;
}

/** The result of a check; it has the check's name. */
type Answer = Omit<Finding, 'name'>;
type Check = (context: Context) => Promise<Answer | null>;

interface Context {
  readonly deployment: Deployment;
  readonly contracts: readonly Contract[];
  readonly account: Account;
}

/** What CDK's templates ask for themselves, though only once a stack is being made: DefaultStackSynthesizer's. */
const MIN_BOOTSTRAP = 6;
/** Concurrency that Lambda keeps for functions without a reservation. */
const UNRESERVED = 100;

/**
 * Checks what would make a deployment fail after minutes, or work badly. A failed request is a finding too, which names
 * the request; the other checks still run, unless the first one, the caller's identity, fails. Checks that do not apply
 * to the deployment are skipped.
 */
export async function preflight(context: Context): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, check] of Object.entries({ account: ofAccount, ...checks })) {
    try {
      const answer = await check(context);
      if (answer !== null) findings.push({ name, ...answer });
    } catch (error) {
      findings.push({ name, ...notAnswered(error) });
      if (check === ofAccount) break;
    }
  }
  return findings;
}

function notAnswered(error: unknown): Answer {
  const found = error instanceof Error ? error.message : String(error);
  const todo = 'give the credentials the right to ask (ReadOnlyAccess has it), and check the region';
  return { isGood: false, expected: 'an answer', found, todo };
}

/** The account of the credentials. */
const ofAccount: Check = async ({ deployment, account }) => {
  const found = await account.accountId();
  return {
    isGood: deployment.account === null || deployment.account === found,
    expected: deployment.account ?? 'the caller’s account',
    found,
    todo: 'use credentials of that account, or correct the deployment’s account',
  };
};

const checks: Readonly<Record<string, Check>> = {
  async bootstrap({ deployment, account }) {
    const version = await account.bootstrapVersion();
    return {
      isGood: version !== null && version >= MIN_BOOTSTRAP,
      expected: `version ${MIN_BOOTSTRAP} or later`,
      found: version === null ? 'none' : `version ${version}`,
      todo: `run npx cdk bootstrap aws://${await account.accountId()}/${deployment.region}`,
    };
  },

  async stacks({ deployment, account }) {
    const states = await account.stacks(stackNames(deployment));
    const stuck = [...states].filter(([, state]) => !/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(state));
    return {
      isGood: stuck.length === 0,
      expected: 'no stack that is being changed or has failed',
      found: stuck.length === 0 ? `${states.size} stacks` : stuck.map(([name, state]) => `${name} ${state}`).join(', '),
      todo: 'wait for what is in progress; delete a stack in ROLLBACK_COMPLETE or DELETE_FAILED, as docs/deploy.md says',
    };
  },

  async zones({ deployment, account }) {
    if (deployment.broker.kind === 'existing') return null;
    const [wanted, available] = [zoneIds(deployment), await account.zoneIds()];
    return {
      isGood: wanted.every((id) => available.includes(id)),
      expected: wanted.join(', '),
      found: available.join(', '),
      todo: 'name three of those found in zoneIds; not use1-az3, into which MSK puts no brokers',
    };
  },

  async network({ deployment, account }) {
    if (deployment.broker.kind === 'existing' || (await hasStack(account, deployment, 'Network'))) return null;
    const { used, quota } = await account.networks();
    return {
      isGood: used < quota,
      expected: 'room for one more network',
      found: `${used} of ${quota}`,
      todo: 'delete one, or ask AWS to raise the quota "VPCs per Region"',
    };
  },

  /** One call of a reader is in flight for each kafka partition, and only example events reserve some. */
  async 'Lambda concurrency'({ deployment, contracts, account }) {
    const partitions = contracts.reduce((sum, { kafkaPartitions }) => sum + kafkaPartitions, 0);
    const least = deployment.generate ? Math.max(UNRESERVED + 1, partitions) : partitions;
    const found = await account.concurrentExecutions();
    return {
      isGood: found >= least,
      expected: `${least} or more`,
      found: String(found),
      todo: `ask AWS to raise the quota "Concurrent executions" of Lambda${deployment.generate ? ', or set generate: false' : ''}`,
    };
  },

  async brokers({ deployment, account }) {
    const { kind } = deployment.broker;
    if (kind === 'existing') return null;
    if (kind === 'serverless') {
      const count = await account.serverlessClusters();
      const todo = 'choose another region, or another kind of broker';
      return { isGood: true, expected: 'MSK Serverless', found: `it answers; ${count} clusters`, todo };
    }
    const versions = await account.kafkaVersions();
    return {
      isGood: versions.includes(KAFKA_VERSION),
      expected: `Kafka ${KAFKA_VERSION}`,
      found: versions.join(', '),
      todo: 'choose another region',
    };
  },

  async warehouse({ deployment, account }) {
    if (deployment.warehouse === null) return null;
    const name = deploymentName(deployment);
    const isOthers = (await account.hasNamespace(name)) && !(await hasStack(account, deployment, 'Warehouse'));
    return {
      isGood: !isOthers,
      expected: `no namespace ${name} of Redshift Serverless that another has made`,
      found: isOthers ? `${name}, without the stack ${stackId(deployment, 'Warehouse')}` : 'none',
      todo: 'delete it, or name the deployment otherwise',
    };
  },

  async catalogue({ deployment, contracts, account }) {
    const names = [...new Set(contracts.flatMap(catalogTables).map(({ database }) => database))];
    const isOurs = await hasStack(account, deployment, 'Lake');
    const found = isOurs ? [] : await account.existingDatabases(names);
    return {
      isGood: found.length === 0,
      expected: `no database ${names.join(' or ')} of another in the Glue catalogue`,
      found: found.length === 0 ? 'none' : found.join(', '),
      todo: 'an account and region hold one deployment: delete the database, or deploy to another account or region',
    };
  },
};

const PARTS = ['Network', 'Stream', 'Lake', 'Warehouse', 'Processing', 'Observability', 'DeployRole'];

const stackNames = (deployment: Deployment) => PARTS.map((part) => stackId(deployment, part));

async function hasStack(account: Account, deployment: Deployment, part: string): Promise<boolean> {
  const name = stackId(deployment, part);
  return (await account.stacks([name])).has(name);
}
