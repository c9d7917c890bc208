import { CustomResource, Duration } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress, type ISecurityGroup, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BrokersEnv } from '../../lambdas/brokers/env.ts';
import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import { clusterNames, IAM_PORT, ProvisionedCluster, serverlessCluster } from './brokers.ts';
import type { Deployment } from './deployment.ts';
import { existingNetwork, type Network, type NetworkPlace } from './network-stack.ts';
import { addManagedTopics, addTopicResources } from './topics.ts';
import { WeirFunction } from './weir-function.ts';
import { WeirStack } from './weir-stack.ts';

/** The brokers' resources that other stacks use. */
export interface Brokers {
  readonly clusterArn: string;
  /** `host:9098,…` */
  readonly bootstrapServers: string;
  topicArn(topic: string): string;
  groupArn(group: string): string;
  /** For functions that connect to the brokers: allows egress to the brokers only. */
  readonly clientPlace: NetworkPlace;
}

/** The brokers, their security group, and a topic for each stream. */
export class StreamStack extends WeirStack implements Brokers {
  readonly clusterArn: string;
  readonly bootstrapServers: string;
  readonly topicArn: (topic: string) => string;
  readonly groupArn: (group: string) => string;
  readonly clientPlace: NetworkPlace;

  readonly network: Network;

  /** @param own the deployment's own network; null with existing brokers. */
  constructor(scope: Construct, deployment: Deployment, own: Network | null, contracts: readonly Contract[]) {
    super(scope, 'Stream', deployment, 'Kafka brokers and topics');
    const { broker } = deployment;
    const network = broker.kind === 'existing' ? existingNetwork(this, broker) : own;
    if (network === null) throw new Error(`${broker.kind} brokers: expected a network to put them into, found none`);
    this.network = network;
    const { brokers, clients } = this.securityGroups(network);
    this.clientPlace = { vpc: network.vpc, subnets: network.subnets, securityGroups: [clients] };
    this.clusterArn = this.cluster(network, brokers.securityGroupId);
    this.bootstrapServers = broker.kind === 'existing' ? broker.bootstrapServers : this.askForBootstrapServers();
    ({ topicArn: this.topicArn, groupArn: this.groupArn } = clusterNames(this, this.clusterArn));
    this.addTopics(contracts);
  }

  private securityGroups({ vpc }: Network): { brokers: ISecurityGroup; clients: ISecurityGroup } {
    const { broker } = this.deployment;
    const clients = new SecurityGroup(this, 'ClientsSecurityGroup', {
      vpc,
      description: 'Functions that connect to the brokers',
      allowAllOutbound: false,
    });
    const port = Port.tcp(IAM_PORT);
    if (broker.kind === 'existing') {
      const brokers = SecurityGroup.fromSecurityGroupId(this, 'BrokersSecurityGroup', broker.securityGroupId);
      clients.addEgressRule(brokers, port, 'Brokers');
      new CfnSecurityGroupIngress(this, 'ClientsToBrokers', {
        groupId: brokers.securityGroupId,
        sourceSecurityGroupId: clients.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: IAM_PORT,
        toPort: IAM_PORT,
        description: 'Weir: functions that connect to the brokers',
      });
      return { brokers, clients };
    }
    const brokers = new SecurityGroup(this, 'BrokersSecurityGroup', {
      vpc,
      description: 'Kafka brokers, and the pollers of event source mappings, which Lambda puts into it',
      allowAllOutbound: false,
    });
    clients.connections.allowTo(brokers, port, 'Functions to brokers');
    brokers.connections.allowInternally(port, 'Pollers and brokers');
    if (this.deployment.pollers === 'onDemand') {
      brokers.addEgressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(443), 'Endpoints of Lambda and STS');
    }
    return { brokers, clients };
  }

  private cluster(network: Network, securityGroupId: string): string {
    const { broker } = this.deployment;
    const props = { subnetIds: network.subnets.map(({ subnetId }) => subnetId), securityGroupId };
    switch (broker.kind) {
      case 'serverless':
        return serverlessCluster(this, props);
      case 'express':
      case 'standard':
        return new ProvisionedCluster(this, broker, props).arn;
      case 'existing':
        return broker.clusterArn;
      default:
        return broker satisfies never;
    }
  }

  /** CloudFormation does not return the addresses, so they are requested from MSK. */
  private askForBootstrapServers(): string {
    const environment: BrokersEnv = {};
    const asking = new WeirFunction(this, 'AskForBrokers', {
      deployment: this.deployment,
      lambda: 'brokers',
      description: 'Tells a deployment where the brokers are',
      environment,
      // One request at deployment: the minimum with which Node starts quickly.
      memoryMegabytes: 256,
      timeout: Duration.minutes(1),
      statements: [
        new PolicyStatement({
          sid: 'Brokers',
          actions: ['kafka:GetBootstrapBrokers'],
          resources: [this.clusterArn],
        }),
      ],
    });
    const answer = new CustomResource(this, 'BootstrapServers', {
      resourceType: 'Custom::WeirBrokers',
      serviceToken: asking.fn.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ClusterArn: this.clusterArn },
    });
    return answer.getAttString('BootstrapServers');
  }

  private addTopics(contracts: readonly Contract[]): void {
    const { broker, topics } = this.deployment;
    const names = new Map(Object.entries(topics));
    // A topic with a configured name is an existing one, which Weir must not change.
    const ours = contracts.filter((contract) => topicOf(contract, names) === contract.name);
    if (broker.kind === 'express' || broker.kind === 'standard') addTopicResources(this, this.clusterArn, ours);
    else if (broker.kind === 'serverless' || (broker.kind === 'existing' && broker.createTopics)) {
      addManagedTopics(this, this, ours);
    }
  }
}
