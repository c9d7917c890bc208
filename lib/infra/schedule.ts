import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

interface ScheduledFunctionProps {
  readonly target: LambdaFunction;
  /** IANA zone of the times. */
  readonly timeZone: string;
  /** Name to expression: `cron(5 * * * ? *)`, `rate(1 minute)`. */
  readonly times: Readonly<Record<string, string>>;
  /** Additional properties of each event, by name. */
  readonly input?: Readonly<Record<string, object>>;
  readonly deadLetters: ScheduleDeadLetters;
}

/** After this long, a retry is superseded by the next runs. */
const OLDEST_RETRY = Duration.hours(1);
const RETRIES = 5;

/** Keeps, for two weeks, the scheduled times at which a function could not be called, or failed. */
export class ScheduleDeadLetters extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      this,
      'SQS3',
      'It is a dead-letter queue: of schedules and asynchronous calls, where the rule does not look.',
    );
  }
}

/**
 * Runs a function on a schedule. A time may be delivered twice: the event contains it as `scheduledTime`, so that the
 * function can detect a repetition.
 */
export class ScheduledFunction extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    const { target, timeZone, times, input, deadLetters } = props;
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Lets the scheduler call one function',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
      inlinePolicies: {
        Weir: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
          ],
        }),
      },
    });
    for (const [name, expression] of Object.entries(times)) {
      new CfnSchedule(this, name, {
        scheduleExpression: expression,
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>', ...input?.[name] }),
          retryPolicy: { maximumRetryAttempts: RETRIES, maximumEventAgeInSeconds: OLDEST_RETRY.toSeconds() },
          deadLetterConfig: { arn: deadLetters.queueArn },
        },
      });
    }
  }
}
