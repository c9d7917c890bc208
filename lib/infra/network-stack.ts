import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
  type CfnSubnet,
  FlowLogDestination,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Broker, Deployment } from './deployment.ts';
import { ZONES, zoneIds } from './rules/zones.ts';
import { WeirStack } from './weir-stack.ts';

/** The network of brokers and warehouse. */
export interface Network {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
}

/** The network of brokers and warehouse: private subnets in three zones, without internet access. */
export class NetworkStack extends WeirStack implements Network {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, 'Network', deployment, 'private network of brokers and warehouse');
    this.vpc = this.addVpc();
    this.subnets = this.vpc.isolatedSubnets;
    if (deployment.pollers === 'onDemand') this.addPollerEndpoints();
  }

  private addVpc(): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      // Placeholders: `nameZonesById` replaces them with the zones' ids.
      availabilityZones: Array.from({ length: ZONES }, (_, zone) => Fn.select(zone, Fn.getAzs())),
      natGateways: 0,
      subnetConfiguration: [{ name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
      restrictDefaultSecurityGroup: false,
    });
    this.nameZonesById(vpc);
    const flows = new LogGroup(this, 'FlowLogs', {
      retention: this.deployment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog('Flows', { destination: FlowLogDestination.toCloudWatchLogs(flows) });
    // Only if a function in the network creates topics: see topics.ts.
    if (this.deployment.broker.kind === 'serverless') this.addAnswersOfCustomResources(vpc);
    return vpc;
  }

  /**
   * Zone letters map to different zones in each account, and no position among them is safe: MSK refuses some zones,
   * and so does Redshift Serverless. An id names the same zone in every account.
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/az-ids.html
   */
  private nameZonesById(vpc: IVpc): void {
    const ids = zoneIds(this.deployment);
    for (const [index, subnet] of vpc.isolatedSubnets.entries()) {
      const resource = subnet.node.defaultChild as CfnSubnet;
      resource.availabilityZone = undefined;
      resource.availabilityZoneId = ids[index];
    }
  }

  /**
   * A function inside the network can only report its success to CloudFormation by a PUT to CloudFormation's bucket.
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
   */
  private addAnswersOfCustomResources(vpc: IVpc): void {
    const endpoint = new GatewayVpcEndpoint(this, 'CustomResourceAnswers', {
      vpc,
      service: GatewayVpcEndpointAwsService.S3,
    });
    const bucket = `cloudformation-custom-resource-response-${this.deployment.region.replaceAll('-', '')}`;
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.formatArn({ service: 's3', region: '', account: '', resource: bucket, resourceName: '*' })],
      }),
    );
  }

  /** On-demand pollers run in this network and call two services from it. */
  private addPollerEndpoints(): void {
    const securityGroup = new SecurityGroup(this, 'PollerEndpointsSecurityGroup', {
      vpc: this.vpc,
      description: 'Endpoints through which on-demand pollers reach Lambda and STS',
      allowAllOutbound: false,
    });
    for (const subnet of this.subnets) {
      securityGroup.addIngressRule(Peer.ipv4(subnet.ipv4CidrBlock), Port.tcp(443), 'Pollers');
    }
    for (const [id, service] of [
      ['LambdaEndpoint', InterfaceVpcEndpointAwsService.LAMBDA],
      ['StsEndpoint', InterfaceVpcEndpointAwsService.STS],
    ] as const) {
      new InterfaceVpcEndpoint(this, id, {
        vpc: this.vpc,
        service,
        subnets: { subnets: [...this.subnets] },
        securityGroups: [securityGroup],
        open: false,
      });
    }
  }
}

/** The network of existing brokers, which must already provide access to S3, for topics, and for on-demand pollers. */
export function existingNetwork(scope: Construct, broker: Extract<Broker, { kind: 'existing' }>): Network {
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: broker.vpcId,
    availabilityZones: [...broker.availabilityZones],
    isolatedSubnetIds: [...broker.subnetIds],
    // None of our constructs need them; CDK warns if they are missing.
    isolatedSubnetRouteTableIds: broker.subnetIds.map((id) => `unknown-of-${id}`),
  });
  return { vpc, subnets: vpc.isolatedSubnets };
}

/** The subnets of a function that connects to the brokers. */
export interface NetworkPlace {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroups: readonly ISecurityGroup[];
}
