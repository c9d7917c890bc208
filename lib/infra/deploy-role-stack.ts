import { Duration } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyDocument, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { WeirStack } from './weir-stack.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

/** Roles that "cdk bootstrap" makes, each for one part of a deployment; the qualifier is CDK's default. */
const BOOTSTRAP_ROLES = ['deploy', 'file-publishing', 'lookup'];
const QUALIFIER = 'hnb659fds';

/** Lets one environment of one GitHub repository deploy, without a key that could be stolen. */
export class DeployRoleStack extends WeirStack {
  readonly role: Role;

  constructor(scope: Construct, deployment: Deployment, github: NonNullable<Deployment['github']>) {
    super(scope, 'DeployRole', deployment, 'role by which GitHub deploys');
    this.role = new Role(this, 'Role', {
      description: `Weir ${deployment.name}: what GitHub may do for ${github.repository}`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(this.providerArn(github), {
        StringEquals: {
          [`${ISSUER}:aud`]: AUDIENCE,
          [`${ISSUER}:sub`]: `repo:${github.repository}:environment:${github.environment}`,
        },
      }),
      // All else is done by CloudFormation's own role.
      inlinePolicies: {
        Weir: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Bootstrap',
              actions: ['sts:AssumeRole'],
              resources: BOOTSTRAP_ROLES.map((name) => this.bootstrapRoleArn(name)),
            }),
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
