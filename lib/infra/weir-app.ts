import type { App } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { DeployRoleStack } from './deploy-role-stack.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { Deployment } from './deployment.ts';
import { LakeStack } from './lake-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { ProcessingStack } from './processing-stack.ts';
import { StoreStack } from './store-stack.ts';
import { StreamStack } from './stream-stack.ts';
import { WarehouseStack } from './warehouse-stack.ts';

/** The stacks of one deployment. */
export interface WeirStacks {
  /** null if the brokers are in an existing network. */
  readonly network: NetworkStack | null;
  readonly stream: StreamStack;
  readonly lake: LakeStack;
  readonly processing: ProcessingStack;
  readonly warehouse: WarehouseStack | null;
  /** null if the deployment has no live metrics. */
  readonly store: StoreStack | null;
  readonly api: ApiStack | null;
  readonly observability: ObservabilityStack;
  readonly deployRole: DeployRoleStack | null;
}

/** Adds every stack of the deployment to the app; their contents follow from the project. */
export function addStacks(app: App, deployment: Deployment, project: DeployedProject): WeirStacks {
  const { contracts } = project;
  const network = deployment.broker.kind === 'existing' ? null : new NetworkStack(app, deployment);
  const stream = new StreamStack(app, deployment, network, contracts);
  const lake = new LakeStack(app, deployment, project);
  const { warehouse: settings, live, github } = deployment;
  const warehouse =
    settings === null
      ? null
      : new WarehouseStack(app, deployment, { warehouse: settings, network: stream.network, lake, contracts });
  const store = live === null ? null : new StoreStack(app, deployment, live);
  const processing = new ProcessingStack(app, deployment, {
    project,
    brokers: stream,
    lake,
    redshift: warehouse,
    store,
  });
  const api =
    live === null || store === null ? null : new ApiStack(app, deployment, { live, project, brokers: stream, store });
  const observability = new ObservabilityStack(app, deployment, { processing, api, store, contracts });
  const deployRole = github === null ? null : new DeployRoleStack(app, deployment, github);
  return { network, stream, lake, processing, warehouse, store, api, observability, deployRole };
}
