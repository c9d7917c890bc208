import type { App } from 'aws-cdk-lib';
import { DeployRoleStack } from './deploy-role-stack.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { Deployment } from './deployment.ts';
import { LakeStack } from './lake-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { ProcessingStack } from './processing-stack.ts';
import { StreamStack } from './stream-stack.ts';
import { WarehouseStack } from './warehouse-stack.ts';

/** The stacks of one deployment. */
export interface WeirStacks {
  /** null where the brokers are in a network of others. */
  readonly network: NetworkStack | null;
  readonly stream: StreamStack;
  readonly lake: LakeStack;
  readonly processing: ProcessingStack;
  readonly warehouse: WarehouseStack | null;
  readonly observability: ObservabilityStack;
  readonly deployRole: DeployRoleStack | null;
}

/** Adds every stack of the deployment to the app; what each is about follows from the project. */
export function addStacks(app: App, deployment: Deployment, project: DeployedProject): WeirStacks {
  const { contracts } = project;
  const network = deployment.broker.kind === 'existing' ? null : new NetworkStack(app, deployment);
  const stream = new StreamStack(app, deployment, network, contracts);
  const lake = new LakeStack(app, deployment, project);
  const { warehouse: settings, github } = deployment;
  const warehouse =
    settings === null
      ? null
      : new WarehouseStack(app, deployment, { warehouse: settings, network: stream.network, lake, contracts });
  const processing = new ProcessingStack(app, deployment, { project, brokers: stream, lake, redshift: warehouse });
  const observability = new ObservabilityStack(app, deployment, processing, contracts);
  const deployRole = github === null ? null : new DeployRoleStack(app, deployment, github);
  return { network, stream, lake, processing, warehouse, observability, deployRole };
}
