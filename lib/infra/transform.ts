import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { TransformEnv } from '../../lambdas/transform/env.ts';
import { acknowledgeOwnStatements, dataApiStatements } from './data-api.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { Warehouse } from './deployment.ts';
import { lakeReaderStatements } from './lake-reader-statements.ts';
import { LAKE_FOLDER, type Lake } from './lake-stack.ts';
import { modelRuns } from './model-runs.ts';
import { runnerRoleName } from './naming.ts';
import { type ScheduleDeadLetters, ScheduledFunction } from './schedule.ts';
import type { Redshift } from './warehouse-stack.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface TransformProps {
  readonly project: DeployedProject;
  readonly warehouse: Warehouse;
  readonly redshift: Redshift;
  readonly lake: Lake;
  readonly deadLetters: ScheduleDeadLetters;
  readonly failedRuns: ScheduleDeadLetters;
}

/** The function that runs the SQL models in Redshift, and its schedules. */
export class Transform extends Construct {
  readonly transform: WeirFunction<TransformEnv>;

  constructor(stack: WeirStack, { deadLetters, ...props }: TransformProps) {
    super(stack, 'Transform');
    const { warehouse } = props;
    this.transform = this.addFunction(stack, props);
    const entries = Object.entries(modelRuns(warehouse));
    new ScheduledFunction(this, 'Schedule', {
      target: this.transform.fn,
      timeZone: warehouse.timeZone,
      times: Object.fromEntries(entries.map(([name, { time }]) => [name, time])),
      input: Object.fromEntries(entries.map(([name, { lookBackHours }]) => [name, { lookBackHours }])),
      deadLetters,
    });
  }

  private addFunction(
    stack: WeirStack,
    { project, warehouse, redshift, lake, failedRuns }: Omit<TransformProps, 'deadLetters'>,
  ) {
    const environment: TransformEnv = {
      LAKE_BUCKET: lake.bucket.bucketName,
      LAKE_FOLDER,
      REDSHIFT_DATABASE: redshift.database,
      REDSHIFT_READER_ROLE: warehouse.readerRole,
      REDSHIFT_READERS_SEE_PERSONAL_DATA: String(warehouse.readersSeePersonalData),
      REDSHIFT_WORKGROUP: redshift.workgroupName,
    };
    const transform = new WeirFunction(this, 'Run', {
      deployment: stack.deployment,
      lambda: 'transform',
      roleName: runnerRoleName(stack.deployment),
      configFile: project.configFile,
      // Built here rather than when the function starts: that would take longer than all its other work, and find
      // errors too late.
      beside: { 'models.json': project.models },
      description: 'Runs the SQL models over the lake in Redshift',
      environment,
      // Waits for Redshift: the minimum with which Node and the SDK start quickly.
      memoryMegabytes: 512,
      // As long as Lambda allows, but not beyond the next run.
      timeout: Duration.minutes(warehouse.everyTenMinutes ? 9 : 15),
      // An immediate retry would fail again, and cost a minute of the warehouse; the next run does the remaining work.
      asynchronous: { retries: 0, failed: failedRuns },
      statements: [
        ...lakeReaderStatements(lake),
        ...dataApiStatements({
          workgroupArn: redshift.workgroupArn,
          secretArn: null,
          submit: ['redshift-data:BatchExecuteStatement', 'redshift-data:ExecuteStatement'],
          follow: [
            'redshift-data:CancelStatement',
            'redshift-data:DescribeStatement',
            'redshift-data:GetStatementResult',
          ],
        }),
      ],
    });
    lake.acknowledgeObjects(transform.role, 'It reads what the lake’s objects say of themselves, and changes none.');
    acknowledgeOwnStatements(transform.role);
    return transform;
  }
}
