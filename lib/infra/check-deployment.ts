import type { Contract } from '../contracts/contract.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentError } from './deployment-error.ts';
import { brokerRules } from './rules/broker-rules.ts';
import { generalRules } from './rules/general-rules.ts';
import { assertKnownSettings } from './rules/known-settings.ts';
import { liveRules } from './rules/live-rules.ts';
import { streamRules } from './rules/stream-rules.ts';
import { warehouseRules } from './rules/warehouse-rules.ts';
import { zoneRules } from './rules/zones.ts';

/**
 * Returns the deployment unchanged, if it is valid.
 * @throws DeploymentError for the first setting that is unknown, invalid, or conflicts with another.
 */
export function checkDeployment(deployment: Deployment, contracts: readonly Contract[]): Deployment {
  assertKnownSettings(deployment);
  const rules = [
    ...generalRules(deployment),
    ...brokerRules(deployment),
    ...(deployment.warehouse === null ? [] : warehouseRules(deployment.warehouse, deployment.region)),
    ...(deployment.live === null ? [] : liveRules(deployment.live, deployment)),
    ...zoneRules(deployment),
    ...streamRules(deployment, contracts),
  ];
  const broken = rules.find(({ holds }) => !holds);
  if (broken === undefined) return deployment;
  const { setting, expected, found, todo } = broken;
  throw new DeploymentError(
    `deployment ${deployment.name}: ${setting}: expected ${expected}, found ${JSON.stringify(found) ?? 'nothing'}; ${todo}`,
  );
}
