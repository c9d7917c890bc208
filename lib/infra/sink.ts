import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SinkEnv } from '../../lambdas/sink/env.ts';
import type { Contract, FieldIds } from '../contracts/contract.ts';
import type { LocatedProject } from '../project.ts';
import { DuckdbLayer } from './duckdb-layer.ts';
import { lakeListStatement } from './lake-reader-statements.ts';
import { LAKE_FOLDER, type Lake } from './lake-stack.ts';
import type { Brokers } from './stream-stack.ts';
import { addTopicMappings, pairs, sourceStatements, type TopicSource } from './topic-source.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface SinkProps {
  readonly project: LocatedProject;
  readonly brokers: Brokers;
  readonly lake: Lake;
}

/** DuckDB's share of the memory; the lines, payload and Parquet object of a batch need the rest. */
const DUCKDB_MEGABYTES = 512;

/** The function that writes records to the lake, with a mapping from each stream's topic. */
export class Sink extends Construct {
  readonly sink: WeirFunction<SinkEnv>;
  readonly duckdb: DuckdbLayer;

  constructor(stack: WeirStack, props: SinkProps) {
    super(stack, 'Sink');
    const { deployment } = stack;
    const source: TopicSource = {
      deployment,
      brokers: props.brokers,
      reader: 'sink',
      contracts: props.project.contracts,
    };
    const environment: SinkEnv = {
      LAKE_BUCKET: props.lake.bucket.bucketName,
      LAKE_FOLDER,
      WEIR_DUCKDB_MEMORY_MB: String(DUCKDB_MEGABYTES),
      WEIR_INCARNATIONS: pairs(deployment.incarnations),
      WEIR_PARQUET_CODEC: 'snappy',
      WEIR_TOPICS: pairs(deployment.topics),
    };
    this.duckdb = new DuckdbLayer(this, 'Duckdb', join(props.project.dir, 'layer'));
    this.sink = new WeirFunction(this, 'Take', {
      deployment,
      lambda: 'sink',
      configFile: props.project.configFile,
      description: 'Takes the records of every topic into the lake, each once',
      environment,
      beside: { 'field-ids.json': releasedIds(props.project.contracts) },
      // One full processor: the sink is limited by it, and could not use more.
      memoryMegabytes: 1769,
      // A batch takes about a second; the rest allows for a slow S3.
      timeout: Duration.minutes(2),
      readsTopics: true,
      layers: [this.duckdb],
      statements: [...lakeStatements(props.lake), ...sourceStatements(source)],
    });
    props.lake.acknowledgeObjects(
      this.sink.role,
      'The sink makes objects with names of the moment, in the tables’ folder only.',
    );
    addTopicMappings(this, this.sink.fn, source);
  }
}

/** By contract. The function does not include the folder of released contracts. */
function releasedIds(contracts: readonly Contract[]): Readonly<Record<string, FieldIds>> {
  return Object.fromEntries(contracts.map(({ name, fieldIds = {} }) => [name, fieldIds]));
}

function lakeStatements(lake: Lake): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Objects',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [lake.bucket.arnForObjects(`${LAKE_FOLDER}*`)],
    }),
    lakeListStatement(lake),
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
