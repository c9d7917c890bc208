import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { stackId } from './naming.ts';

/** One part of a deployment. Where data is kept, stacks are protected and what holds data stays when it is taken out. */
export class WeirStack extends Stack {
  readonly deployment: Deployment;
  /** For everything that holds data. What a failed deployment has just made goes with it: it would be in the next one's way. */
  readonly dataRemoval: RemovalPolicy;

  constructor(scope: Construct, part: string, deployment: Deployment, description: string) {
    super(scope, stackId(deployment, part), {
      description: `Weir ${deployment.name}: ${description}`,
      env: { region: deployment.region, ...(deployment.account === null ? {} : { account: deployment.account }) },
      terminationProtection: deployment.keepData,
      tags: { weir: deployment.name },
    });
    this.deployment = deployment;
    this.dataRemoval = deployment.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
  }
}
