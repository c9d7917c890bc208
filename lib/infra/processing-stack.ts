import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GenerateEnv } from '../../lambdas/generate/env.ts';
import { type ReaderName, topicReaders } from '../derive/topic-readers.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { Deployment } from './deployment.ts';
import type { Lake } from './lake-stack.ts';
import { Meter } from './meter.ts';
import { functionOutput } from './naming.ts';
import { Recount } from './recount.ts';
import { Refine } from './refine.ts';
import { ScheduleDeadLetters, ScheduledFunction } from './schedule.ts';
import { Sink } from './sink.ts';
import type { LiveStore } from './store-stack.ts';
import type { Brokers } from './stream-stack.ts';
import { pairs, producerStatements } from './topic-source.ts';
import { Transform } from './transform.ts';
import type { Redshift } from './warehouse-stack.ts';
import { WeirFunction } from './weir-function.ts';
import { WeirStack } from './weir-stack.ts';

type ReaderFunction = WeirFunction<Readonly<Record<string, string>>>;

/** The resources that processing uses. */
export interface ProcessingProps {
  readonly project: DeployedProject;
  readonly brokers: Brokers;
  readonly lake: Lake;
  /** null if the deployment has no warehouse. */
  readonly redshift: Redshift | null;
  /** null if the deployment has no live metrics. */
  readonly store: LiveStore | null;
}

/** The functions that process events, and their triggers. */
export class ProcessingStack extends WeirStack {
  /** The functions that read topics; absent if the project has no stream for them. */
  readonly readers: { readonly [Reader in ReaderName]: ReaderFunction | null };
  /** null if there is no warehouse. */
  readonly transform: Transform | null;
  /** null if there are no live metrics. */
  readonly recount: Recount | null;
  /** Scheduled times at which a function could not be called. */
  readonly scheduleDeadLetters: ScheduleDeadLetters;
  /** Accepted calls of scheduled functions that failed. */
  readonly failedRuns: ScheduleDeadLetters;
  /**
   * Sends example events: every minute if the deployment enables them, otherwise only when `weir verify` requests them.
   * null if the project has no generators.
   */
  readonly generate: WeirFunction<GenerateEnv> | null;

  constructor(scope: Construct, deployment: Deployment, props: ProcessingProps) {
    super(scope, 'Processing', deployment, 'functions and what starts them');
    const hasWork = (reader: ReaderName) => topicReaders[reader].reads(props.project.contracts).length > 0;
    const sink = hasWork('sink') ? new Sink(this, props) : null;
    this.readers = {
      sink: sink?.sink ?? null,
      refine: hasWork('refine') ? new Refine(this, props).refine : null,
      meter: hasWork('meter') ? this.meterIn(props) : null,
    };
    this.scheduleDeadLetters = new ScheduleDeadLetters(this, 'ScheduleDeadLetters');
    this.failedRuns = new ScheduleDeadLetters(this, 'FailedRuns');
    this.generate = props.project.generators.length > 0 ? this.addGenerate(props) : null;
    this.transform = this.transformIn(props);
    this.recount = sink === null || this.readers.meter === null ? null : this.recountIn(props, sink);
    this.addFunctionNames();
  }

  private addFunctionNames(): void {
    const { readers, generate, transform, recount } = this;
    const functions = {
      ...readers,
      generate,
      transform: transform?.transform ?? null,
      recount: recount?.recount ?? null,
    };
    for (const [name, found] of Object.entries(functions)) {
      if (found === null) continue;
      new CfnOutput(this, functionOutput(name), {
        value: found.fn.functionName,
        description: 'For weir verify, and for people',
      });
    }
  }

  private meterIn({ store, ...props }: ProcessingProps): ReaderFunction | null {
    return store === null ? null : new Meter(this, { ...props, store }).meter;
  }

  private recountIn({ store, ...props }: ProcessingProps, { duckdb }: Sink): Recount | null {
    const { scheduleDeadLetters: deadLetters, failedRuns } = this;
    return store === null ? null : new Recount(this, { ...props, store, duckdb, deadLetters, failedRuns });
  }

  private transformIn({ project, lake, redshift }: ProcessingProps): Transform | null {
    const { warehouse } = this.deployment;
    if (warehouse === null || redshift === null) return null;
    const { scheduleDeadLetters: deadLetters, failedRuns } = this;
    return new Transform(this, { project, warehouse, redshift, lake, deadLetters, failedRuns });
  }

  private addGenerate({ brokers, project }: ProcessingProps): WeirFunction<GenerateEnv> {
    const { deployment } = this;
    const names = project.generators.map(({ stream }) => stream);
    const generated = project.contracts.filter(({ name }) => names.includes(name));
    const environment: GenerateEnv = {
      KAFKA_BROKERS: brokers.bootstrapServers,
      WEIR_RATE: '1',
      WEIR_TOPICS: pairs(deployment.topics),
    };
    const generate = new WeirFunction(this, 'Generate', {
      deployment,
      lambda: 'generate',
      configFile: project.configFile,
      description: 'Sends example events',
      environment,
      // Faker's words take most of it; a minute's events are generated in less than a second.
      memoryMegabytes: 512,
      timeout: Duration.minutes(1),
      ...(deployment.generate
        ? {
            // One at a time, so that it detects a time that is delivered twice.
            concurrency: 1,
            asynchronous: { retries: 2, failed: this.failedRuns },
          }
        : {}),
      place: brokers.clientPlace,
      statements: producerStatements({ deployment, brokers }, generated),
    });
    if (deployment.generate) {
      new ScheduledFunction(this, 'GenerateSchedule', {
        target: generate.fn,
        timeZone: 'Etc/UTC',
        times: { EveryMinute: 'rate(1 minute)' },
        deadLetters: this.scheduleDeadLetters,
      });
    }
    return generate;
  }
}
