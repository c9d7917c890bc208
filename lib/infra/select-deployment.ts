import type { Contract } from '../contracts/contract.ts';
import { brokenPromises } from '../derive/compatibility.ts';
import { type ReleasedContract, releasedContract } from '../derive/released.ts';
import { checkDeployment } from './check-deployment.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentError } from './deployment-error.ts';

/**
 * The deployment of that name; `dev` by default.
 * @throws DeploymentError if there is none, or if it is invalid.
 */
export function selectDeployment(
  name: unknown,
  deployments: readonly Deployment[],
  contracts: readonly Contract[],
): Deployment {
  const wanted = name ?? 'dev';
  const found = deployments.find((one) => one.name === wanted);
  if (found !== undefined) {
    assertAlone(found, deployments);
    return checkDeployment(found, contracts);
  }
  const expected = deployments.map((one) => one.name).join(', ');
  throw new DeploymentError(
    `context deployment: expected one of ${expected}, found ${JSON.stringify(wanted)}; ` +
      'add it to weir.config.ts, or name another: npx cdk synth -c deployment=dev',
  );
}

/** The catalogue's databases have fixed names, so an account has them only once per region. */
function assertAlone({ name, account, region }: Deployment, deployments: readonly Deployment[]): void {
  const other = deployments.find((one) => one.name !== name && one.region === region && one.account === account);
  if (other === undefined) return;
  throw new DeploymentError(
    `deployment ${name}: expected an account and region of its own, found ${other.name} in ${account ?? 'the same account'}, ` +
      `${region}; both would have the catalogue's database lake: name another region or account`,
  );
}

/**
 * The deployed contracts must keep the promises of the released ones, because tables and topics outlive their
 * contracts.
 * @throws DeploymentError with every broken promise, including removed streams.
 */
export function assertReleasedAreServed(released: readonly ReleasedContract[], contracts: readonly Contract[]): void {
  const broken = brokenPromises(released, contracts);
  if (broken.length > 0) throw new DeploymentError(`contracts break what was released:\n${broken.join('\n')}`);
}

/**
 * Objects keep the numbers of their fields permanently: numbers that are not recorded could later be given to another
 * field.
 * @throws DeploymentError with the fields that are not recorded.
 */
export function assertFieldsAreRecorded(released: readonly ReleasedContract[], contracts: readonly Contract[]): void {
  const recorded = new Map(released.map(({ name, fieldIds }) => [name, fieldIds ?? {}]));
  for (const { name, fieldIds = {} } of contracts.map(releasedContract)) {
    const missing = Object.keys(fieldIds).filter((field) => recorded.get(name)?.[field] === undefined);
    if (missing.length === 0) continue;
    throw new DeploymentError(
      `${name}: expected the numbers of its fields in contracts/released, found none of ${missing.join(', ')}; ` +
        'run weir accept and commit what it writes',
    );
  }
}

interface Versions {
  /** `v20.20.2` */
  readonly node: string;
  /** Undefined if not run by a CDK CLI. */
  readonly cli: string | undefined;
}

const MIN_NODE = [20, 19] as const;

/** @throws DeploymentError if Node, or the CDK CLI that runs this, is not the tested version */
export function assertVersions({ node, cli }: Versions, expectedCli: string): void {
  const [major = 0, minor = 0] = node.replace(/^v/, '').split('.').map(Number);
  const [minMajor, minMinor] = MIN_NODE;
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    throw new DeploymentError(`Node: expected ${MIN_NODE.join('.')} or newer, found ${node}; install a newer Node`);
  }
  if (cli !== undefined && cli !== expectedCli) {
    throw new DeploymentError(
      `CDK CLI: expected ${expectedCli}, found ${cli}; run the project’s own, with "npx cdk" after "npm ci"`,
    );
  }
}
