import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { OffsetsEnv } from '../../lambdas/offsets/env.ts';
import type { RecountEnv } from '../../lambdas/recount/env.ts';
import type { LocatedProject } from '../project.ts';
import { lakeReaderStatements } from './lake-reader-statements.ts';
import { LAKE_FOLDER, type Lake } from './lake-stack.ts';
import { deploymentName } from './naming.ts';
import { type ScheduleDeadLetters, ScheduledFunction } from './schedule.ts';
import type { LiveStore } from './store-stack.ts';
import type { Brokers } from './stream-stack.ts';
import { groupReaderStatements, pairs } from './topic-source.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface RecountProps {
  readonly project: LocatedProject;
  readonly brokers: Brokers;
  readonly lake: Lake;
  readonly store: LiveStore;
  readonly duckdb: LayerVersion;
  readonly deadLetters: ScheduleDeadLetters;
  readonly failedRuns: ScheduleDeadLetters;
}

/** Half of the function's memory: Node, and the objects' listing, need the rest. */
const DUCKDB_MEGABYTES = 900;

/** Lambda's maximum: all objects of the hours that one step counts are on disk at the same time. */
const DISK_MEGABYTES = 10_240;

/** A gap in a refined stream delays its live metrics by as much. */
const EVERY = 'rate(5 minutes)';

/**
 * Ends before the next run begins: two concurrent runs would fold the same rows, and only one of them would be counted.
 * A rebuild that takes longer is continued by the next run. Reserved concurrency would also prevent overlaps, but new
 * accounts have none to reserve.
 */
const TIMEOUT = Duration.seconds(285);

/**
 * A scheduled function that counts from the lake what live metrics lack, and one in the brokers' network that reports how far the
 * meter has read, so that the first needs no access to that network.
 */
export class Recount extends Construct {
  readonly recount: WeirFunction<RecountEnv>;
  readonly offsets: WeirFunction<OffsetsEnv>;

  constructor(stack: WeirStack, props: RecountProps) {
    super(stack, 'Recount');
    this.offsets = this.addOffsets(stack, props);
    this.recount = this.addRecount(stack, props);
    new ScheduledFunction(this, 'Schedule', {
      target: this.recount.fn,
      timeZone: 'Etc/UTC',
      times: { EveryFiveMinutes: EVERY },
      deadLetters: props.deadLetters,
    });
  }

  private addOffsets({ deployment }: WeirStack, { project, brokers }: RecountProps) {
    const { contracts } = project;
    const environment: OffsetsEnv = {
      GROUP_OWNER: deploymentName(deployment),
      KAFKA_BROKERS: brokers.bootstrapServers,
      WEIR_TOPICS: pairs(deployment.topics),
    };
    return new WeirFunction(this, 'Offsets', {
      deployment,
      lambda: 'offsets',
      configFile: project.configFile,
      description: 'Says how far the meter has read each topic',
      environment,
      // A few requests over a TLS connection, which takes seconds on a slower processor.
      memoryMegabytes: 512,
      // Less than the caller's timeout.
      timeout: Duration.seconds(25),
      place: brokers.clientPlace,
      statements: groupReaderStatements({ deployment, brokers, reader: 'meter', contracts }),
    });
  }

  private addRecount({ deployment }: WeirStack, props: RecountProps) {
    const { project, lake, store } = props;
    const environment: RecountEnv = {
      ...store.variables('meter'),
      LAKE_BUCKET: lake.bucket.bucketName,
      LAKE_FOLDER,
      OFFSETS_FUNCTION: this.offsets.fn.functionName,
      WEIR_DUCKDB_MEMORY_MB: String(DUCKDB_MEGABYTES),
      WEIR_INCARNATIONS: pairs(deployment.incarnations),
      WEIR_TOPICS: pairs(deployment.topics),
    };
    const recount = new WeirFunction(this, 'Run', {
      deployment,
      lambda: 'recount',
      configFile: project.configFile,
      description: 'Counts from the lake what live metrics lack',
      environment,
      // One full processor, like the sink: DuckDB runs on one thread.
      memoryMegabytes: 1769,
      diskMegabytes: DISK_MEGABYTES,
      timeout: TIMEOUT,
      // A retry would fail again; the next run continues.
      asynchronous: { retries: 0, failed: props.failedRuns },
      layers: [props.duckdb],
      statements: [
        ...lakeReaderStatements(lake),
        store.statement('meter'),
        new PolicyStatement({
          sid: 'AskOffsets',
          actions: ['lambda:InvokeFunction'],
          resources: [this.offsets.fn.functionArn],
        }),
      ],
    });
    lake.acknowledgeObjects(
      recount.role,
      'It reads the objects of the tables, whose names are not known at deployment, and changes none.',
    );
    return recount;
  }
}
