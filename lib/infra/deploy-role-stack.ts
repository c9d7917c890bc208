import { CfnOutput, Duration } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyDocument, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';
import { acknowledgeVerify, verifyStatements } from './verify-statements.ts';
import { WeirStack } from './weir-stack.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

/** Roles that "cdk bootstrap" creates, by purpose. Everything else is done by CloudFormation's own role. */
const TO_DEPLOY = ['deploy', 'file-publishing', 'lookup'];
/** This role can read everything in the account. */
const TO_COMPARE = ['lookup'];
/** CDK's default qualifier. */
const QUALIFIER = 'hnb659fds';

/** The requests of `weir doctor --aws`: all are read-only, and most cannot be limited to a resource. */
const PREFLIGHT_ACTIONS = [
  'cloudformation:DescribeStacks',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeVpcs',
  'glue:GetDatabase',
  'kafka:ListClustersV2',
  'kafka:ListKafkaVersions',
  'lambda:GetAccountSettings',
  'redshift-serverless:GetNamespace',
  'servicequotas:GetServiceQuota',
  'ssm:GetParameter',
];

interface GitHubRole {
  /** ARN of the account's OIDC provider for GitHub. */
  readonly provider: string;
  readonly repository: string;
  readonly environment: string;
  readonly bootstrapRoles: readonly string[];
  readonly more?: readonly PolicyStatement[];
}

/**
 * Lets one environment of one GitHub repository deploy, without a long-lived key; and another, whose name ends in
 * `-diff`, only compare, because pull requests run unreviewed code.
 */
export class DeployRoleStack extends WeirStack {
  constructor(scope: Construct, deployment: Deployment, github: NonNullable<Deployment['github']>) {
    super(scope, 'DeployRole', deployment, 'role by which GitHub deploys');
    const provider = this.providerArn(github);
    const { repository, environment } = github;
    const preflight = new PolicyStatement({ sid: 'Preflight', actions: PREFLIGHT_ACTIONS, resources: ['*'] });
    const deploys = this.addRole('Role', {
      provider,
      repository,
      environment,
      bootstrapRoles: TO_DEPLOY,
      more: [preflight, ...verifyStatements(this)],
    });
    acknowledge(deploys, 'IAM5[Resource::*]', 'The checks before a deployment read; most of what they ask has no ARN.');
    acknowledgeVerify(deploys, this);
    const compares = this.addRole('DiffRole', {
      provider,
      repository,
      environment: `${environment}-diff`,
      bootstrapRoles: TO_COMPARE,
    });
    new CfnOutput(this, 'DeployRoleArn', {
      value: deploys.roleArn,
      description: 'AWS_DEPLOY_ROLE_ARN of the environment',
    });
    new CfnOutput(this, 'DiffRoleArn', { value: compares.roleArn, description: 'AWS_DIFF_ROLE_ARN of the other one' });
  }

  private addRole(id: string, { provider, repository, environment, bootstrapRoles, more = [] }: GitHubRole): Role {
    return new Role(this, id, {
      description: `Weir ${this.deployment.name}: what GitHub may do in ${environment}`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(provider, {
        StringEquals: {
          [`${ISSUER}:aud`]: AUDIENCE,
          [`${ISSUER}:sub`]: `repo:${repository}:environment:${environment}`,
        },
      }),
      inlinePolicies: {
        Weir: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Bootstrap',
              actions: ['sts:AssumeRole'],
              resources: bootstrapRoles.map((name) => this.bootstrapRoleArn(name)),
            }),
            ...more,
          ],
        }),
      },
    });
  }

  /** The provider's ARN follows from the issuer. */
  private providerArn({ oidcProvider }: NonNullable<Deployment['github']>): string {
    if (oidcProvider === 'existing') {
      return this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: ISSUER });
    }
    const props = { url: `https://${ISSUER}`, clientIds: [AUDIENCE] };
    return new OidcProviderNative(this, 'GitHub', props).oidcProviderArn;
  }

  private bootstrapRoleArn(name: string): string {
    const resourceName = `cdk-${QUALIFIER}-${name}-role-${this.account}-${this.region}`;
    return this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName });
  }
}
