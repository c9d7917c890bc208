import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { SinkEnv } from '../../lambdas/sink/env.ts';
import type { Contract } from '../contracts/contract.ts';
import { topicOf } from '../derive/topic.ts';
import type { Deployment } from './deployment.ts';
import { DuckdbLayer } from './duckdb-layer.ts';
import { LAKE_FOLDER, type Lake } from './lake-stack.ts';
import { deploymentName, pascalCase } from './naming.ts';
import type { Brokers } from './stream-stack.ts';
import { acknowledgeInterfaces, interfacesStatement, WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface SinkProps {
  readonly contracts: readonly Contract[];
  readonly brokers: Brokers;
  readonly lake: Lake;
}

/** What a batch may have at most. The payload's six megabytes are mostly reached first. */
const BATCH_SIZE = 10_000;
/** Half of the processor's worth of memory: lines, payload and Parquet object of a batch need the rest. */
const DUCKDB_MEGABYTES = 512;

/** The function that takes records into the lake, and a mapping from each stream's topic to it. */
export class Sink extends Construct {
  readonly sink: WeirFunction<SinkEnv>;
  /** By stream. */
  readonly mappings: ReadonlyMap<string, CfnEventSourceMapping>;

  constructor(stack: WeirStack, props: SinkProps) {
    super(stack, 'Sink');
    const { deployment } = stack;
    const environment: SinkEnv = {
      LAKE_BUCKET: props.lake.bucket.bucketName,
      LAKE_FOLDER,
      WEIR_DUCKDB_MEMORY_MB: String(DUCKDB_MEGABYTES),
      WEIR_INCARNATIONS: pairs(deployment.incarnations),
      WEIR_PARQUET_CODEC: 'snappy',
      WEIR_TOPICS: pairs(deployment.topics),
    };
    this.sink = new WeirFunction(this, 'Take', {
      deployment,
      lambda: 'sink',
      description: 'Takes the records of every topic into the lake, each once',
      environment,
      // One whole processor: the sink is bound by it, and more of them would stand idle.
      memoryMegabytes: 1769,
      // A batch takes about a second; the rest is for S3 when it is slow.
      timeout: Duration.minutes(2),
      layers: [new DuckdbLayer(this, 'Duckdb')],
      statements: [...lakeStatements(props.lake), ...sourceStatements(stack, props)],
    });
    props.lake.acknowledgeObjects(
      this.sink.role,
      'The sink makes objects with names of the moment, in the tables’ folder only.',
    );
    acknowledgeInterfaces(this.sink.role, 'the pollers of event source mappings');
    this.mappings = new Map(props.contracts.map((contract) => [contract.name, this.mapping(stack, props, contract)]));
  }

  private mapping(stack: WeirStack, { brokers }: SinkProps, contract: Contract): CfnEventSourceMapping {
    const { deployment } = stack;
    // Neither an on-failure destination, which would make ten retries of endless ones, nor partial batch responses, which
    // would make batches with gaps: see the sink's handler.
    return new CfnEventSourceMapping(this, `From${pascalCase(contract.name)}`, {
      functionName: this.sink.fn.functionArn,
      eventSourceArn: brokers.clusterArn,
      topics: [topicIn(deployment, contract)],
      amazonManagedKafkaEventSourceConfig: { consumerGroupId: groupOf(deployment, contract) },
      startingPosition: 'TRIM_HORIZON',
      batchSize: BATCH_SIZE,
      maximumBatchingWindowInSeconds: deployment.batchWindowSeconds,
      ...(deployment.pollers === 'provisioned' ? provisionedPollers(deployment, contract) : {}),
    });
  }
}

/**
 * A poller takes up to 5 MB/s, what a kafka partition of MSK Serverless takes in; Lambda uses no more of them than a topic has
 * kafka partitions. All mappings share the units that they are billed by.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
 */
function provisionedPollers(deployment: Deployment, { kafkaPartitions }: Contract) {
  return {
    provisionedPollerConfig: {
      minimumPollers: 1,
      maximumPollers: Math.max(1, kafkaPartitions),
      pollerGroupName: deploymentName(deployment),
    },
    metricsConfig: { metrics: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
  };
}

const topicIn = ({ topics }: Deployment, contract: Contract) => topicOf(contract, new Map(Object.entries(topics)));

/** The group of the stream's mapping: it belongs to the deployment, so that two of them can share a cluster. */
const groupOf = (deployment: Deployment, { name }: Contract) => `${deploymentName(deployment)}-sink-${name}`;

function lakeStatements(lake: Lake): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Objects',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [lake.bucket.arnForObjects(`${LAKE_FOLDER}*`)],
    }),
    new PolicyStatement({
      sid: 'List',
      actions: ['s3:ListBucket'],
      resources: [lake.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [`${LAKE_FOLDER}*`] } },
    }),
    new PolicyStatement({
      sid: 'Partitions',
      actions: [
        'glue:CreatePartition',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:GetTable',
        'glue:UpdatePartition',
      ],
      resources: lake.catalogArns(lake.tables),
    }),
  ];
}

/**
 * What the pollers take of the function's role: AWSLambdaMSKExecutionRole written out and narrowed, and reading the topics.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
function sourceStatements({ deployment }: WeirStack, { brokers, contracts }: SinkProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Cluster',
      actions: [
        'kafka:DescribeCluster',
        'kafka:DescribeClusterV2',
        'kafka:GetBootstrapBrokers',
        'kafka-cluster:Connect',
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
      resources: contracts.map((contract) => brokers.groupArn(groupOf(deployment, contract))),
    }),
    interfacesStatement([
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ]),
  ];
}

/** `shop.purchases=purchases,…` */
const pairs = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([stream, value]) => `${stream}=${value}`)
    .join(',');
