import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import { consumerGroup, type ReaderName, topicReaders } from '../derive/topic-readers.ts';
import type { Deployment } from './deployment.ts';
import { deploymentName, pascalCase } from './naming.ts';
import type { Brokers } from './stream-stack.ts';

/** Topics that one function reads. */
export interface TopicSource {
  readonly deployment: Deployment;
  readonly brokers: Brokers;
  /** Part of its group names: groups belong to a deployment and a function, so that two can read the same topic. */
  readonly reader: ReaderName;
  /** Contracts of the whole project; the reader selects which of them it reads. */
  readonly contracts: readonly Contract[];
}

/** The maximum records of a batch. Usually, the payload's limit of 6 MB is reached first. */
const BATCH_SIZE = 10_000;

/** A mapping from each stream's topic to the function, by stream. */
export function addTopicMappings(
  scope: Construct,
  fn: LambdaFunction,
  source: TopicSource,
): ReadonlyMap<string, CfnEventSourceMapping> {
  const { deployment, brokers } = source;
  // Neither an on-failure destination, which would limit endless retries to ten, nor partial batch responses, which
  // would leave gaps in batches: see the sink's handler.
  const mapping = (contract: Contract) =>
    new CfnEventSourceMapping(scope, `From${pascalCase(contract.name)}`, {
      functionName: fn.functionArn,
      eventSourceArn: brokers.clusterArn,
      topics: [topicIn(deployment, contract)],
      amazonManagedKafkaEventSourceConfig: { consumerGroupId: groupOf(source, contract) },
      startingPosition: 'TRIM_HORIZON',
      batchSize: BATCH_SIZE,
      maximumBatchingWindowInSeconds: windowOf(source),
      ...(deployment.pollers === 'provisioned' ? provisionedPollers(deployment, contract) : {}),
    });
  return new Map(readBy(source).map((contract) => [contract.name, mapping(contract)]));
}

/** The sink favours few, large objects; live metrics favour freshness. */
function windowOf({ deployment: { batchWindowSeconds, live }, reader }: TopicSource): number {
  return reader === 'sink' || live === null ? batchWindowSeconds : live.batchWindowSeconds;
}

/**
 * A poller reads up to 5 MB/s, as much as a kafka partition of MSK Serverless accepts; Lambda uses no more pollers than
 * a topic has kafka partitions. All mappings share the units that are billed.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/esm-logging.html
 */
function provisionedPollers(deployment: Deployment, { kafkaPartitions }: Contract) {
  return {
    provisionedPollerConfig: {
      minimumPollers: 1,
      maximumPollers: Math.max(1, kafkaPartitions),
      pollerGroupName: deploymentName(deployment),
    },
    // The only place that reports why a mapping stalls, because a poller that cannot connect calls no function. Its
    // lines go to the function's log.
    loggingConfig: { systemLogLevel: 'WARN' },
    metricsConfig: { metrics: ['ErrorCount'] },
  };
}

export const topicIn = ({ topics }: Deployment, contract: Contract) =>
  topicOf(contract, new Map(Object.entries(topics)));

const readBy = ({ reader, contracts }: TopicSource) => topicReaders[reader].reads(contracts);

const groupOf = ({ deployment, reader }: TopicSource, contract: Contract) =>
  consumerGroup(deploymentName(deployment), reader, contract);

/**
 * The permissions that pollers use from the function's role, apart from interfaces: a narrowed copy of
 * AWSLambdaMSKExecutionRole, and reading the topics.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
export function sourceStatements(source: TopicSource): PolicyStatement[] {
  const { deployment, brokers } = source;
  const contracts = readBy(source);
  return [
    new PolicyStatement({
      sid: 'Cluster',
      actions: [
        'kafka:DescribeCluster',
        'kafka:DescribeClusterV2',
        'kafka:GetBootstrapBrokers',
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeClusterDynamicConfiguration',
      ],
      resources: [brokers.clusterArn],
    }),
    new PolicyStatement({
      sid: 'Topics',
      actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
      resources: contracts.map((contract) => brokers.topicArn(topicIn(deployment, contract))),
    }),
    new PolicyStatement({
      sid: 'Groups',
      actions: ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
      resources: contracts.map((contract) => brokers.groupArn(groupOf(source, contract))),
    }),
  ];
}

/** The permissions of a function that only queries how far a reader's groups have read, and where their topics end. */
export function groupReaderStatements(source: TopicSource): PolicyStatement[] {
  const { deployment, brokers } = source;
  const contracts = readBy(source);
  return [
    new PolicyStatement({ sid: 'Cluster', actions: ['kafka-cluster:Connect'], resources: [brokers.clusterArn] }),
    new PolicyStatement({
      sid: 'Topics',
      actions: ['kafka-cluster:DescribeTopic'],
      resources: contracts.map((contract) => brokers.topicArn(topicIn(deployment, contract))),
    }),
    new PolicyStatement({
      sid: 'Groups',
      actions: ['kafka-cluster:DescribeGroup'],
      resources: contracts.map((contract) => brokers.groupArn(groupOf(source, contract))),
    }),
  ];
}

/** The permissions of a function that only appends to the topics of these contracts. */
export function producerStatements(
  { deployment, brokers }: Pick<TopicSource, 'deployment' | 'brokers'>,
  contracts: readonly Contract[],
): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Cluster',
      actions: ['kafka-cluster:Connect', 'kafka-cluster:WriteDataIdempotently'],
      resources: [brokers.clusterArn],
    }),
    new PolicyStatement({
      sid: 'Topics',
      actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      resources: contracts.map((contract) => brokers.topicArn(topicIn(deployment, contract))),
    }),
  ];
}

/** A setting's pairs in the format that functions parse: `shop.purchases=purchases,…` */
export const pairs = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([stream, value]) => `${stream}=${value}`)
    .join(',');
