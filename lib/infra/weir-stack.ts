import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { stackId } from './naming.ts';

/**
 * One part of a deployment. If it keeps data, stacks are protected, and resources with data are retained on removal.
 */
export class WeirStack extends Stack {
  readonly deployment: Deployment;
  /**
   * The policy for every resource with data. A failed deployment's data is deleted, because it would block the next
   * one.
   */
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
