import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { type FilesBeside, lambdaCode } from './bundle.ts';
import type { Deployment } from './deployment.ts';
import type { NetworkPlace } from './network-stack.ts';
import { rolePolicies } from './role-policies.ts';

interface WeirFunctionProps<Environment> {
  readonly deployment: Deployment;
  /** The folder under `lambdas/`. */
  readonly lambda: string;
  /** The project's `weir.config.ts`: only for functions whose code imports it. */
  readonly configFile?: string;
  /** Files next to the function's code that it reads when it starts. */
  readonly beside?: FilesBeside;
  readonly description: string;
  /** Only if something outside AWS refers to the role by name. */
  readonly roleName?: string;
  /** Every variable that `lambdas/<name>/env.ts` names. */
  readonly environment: Environment;
  readonly memoryMegabytes: number;
  /** The size of `/tmp`; 512 MB by default. */
  readonly diskMegabytes?: number;
  readonly timeout: Duration;
  /** Reserved concurrency; by default, the account's limit. */
  readonly concurrency?: number;
  /** Its permissions, apart from its own log. */
  readonly statements: readonly PolicyStatement[];
  readonly layers?: readonly LayerVersion[];
  /** Only for functions that connect to the brokers. */
  readonly place?: NetworkPlace;
  /** Whether the pollers of event source mappings act with its role. */
  readonly readsTopics?: boolean;
  /** Only for functions that are called asynchronously, for example by the scheduler. */
  readonly asynchronous?: AsynchronousCalls;
}

interface AsynchronousCalls {
  /** Retries after a failed call. */
  readonly retries: number;
  /**
   * Receives the event of a call that finally failed, or that Lambda dropped because it was throttled for too long: by
   * then the scheduler has delivered it, so the scheduler's dead letters never contain it.
   */
  readonly failed: IQueue;
}

/** How long Lambda keeps an event that it cannot deliver; after that, the next runs do the same work. */
const MAX_EVENT_AGE = Duration.hours(1);

/** A Weir function with its own role and log. */
export class WeirFunction<Environment extends Readonly<Record<string, string>>> extends Construct {
  readonly fn: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: WeirFunctionProps<Environment>) {
    super(scope, id);
    const { place } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.deployment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { inline, managed } = rolePolicies(this, this.allStatements(props));
    this.role = new Role(this, 'Role', {
      roleName: props.roleName,
      description: `Weir ${props.deployment.name}: what the ${props.lambda} function may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Inline, so that the role never exists without them.
      inlinePolicies: { Weir: inline },
      managedPolicies: [...managed],
    });
    this.fn = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: lambdaCode(props.lambda, props),
      role: this.role.withoutPolicyUpdates(),
      logGroup: this.logGroup,
      // Lambda's own lines and uncaught errors are also JSON; a function's own lines are unchanged.
      loggingFormat: LoggingFormat.JSON,
      memorySize: props.memoryMegabytes,
      ephemeralStorageSize: props.diskMegabytes === undefined ? undefined : Size.mebibytes(props.diskMegabytes),
      timeout: props.timeout,
      reservedConcurrentExecutions: props.concurrency,
      environment: { ...props.environment },
      layers: props.layers === undefined ? undefined : [...props.layers],
      vpc: place?.vpc,
      vpcSubnets: place === undefined ? undefined : { subnets: [...place.subnets] },
      securityGroups: place === undefined ? undefined : [...place.securityGroups],
    });
    if (props.asynchronous !== undefined) {
      const { retries, failed } = props.asynchronous;
      const onFailure = new SqsDestination(failed);
      this.fn.configureAsyncInvoke({ retryAttempts: retries, maxEventAge: MAX_EVENT_AGE, onFailure });
    }
  }

  private allStatements(props: WeirFunctionProps<Environment>): PolicyStatement[] {
    const log = new PolicyStatement({
      sid: 'Log',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
    const { statements: own, place, readsTopics = false, asynchronous } = props;
    const statements = asynchronous === undefined ? own : [...own, failedEventsStatement(asynchronous.failed)];
    if (place === undefined && !readsTopics) return [log, ...statements];
    // Once for all functions of a stack. A test counts the other permissions with "*".
    acknowledge(
      Stack.of(this),
      'IAM5[Resource::*]',
      'Network interfaces have no names before Lambda makes them, and EC2 describes only all of them: those of functions, and ' +
        'of the pollers of event source mappings.',
    );
    return [log, interfacesStatement(readsTopics), ...statements];
  }
}

/** Lambda sends failed events with the function's role. */
function failedEventsStatement({ queueArn }: IQueue): PolicyStatement {
  return new PolicyStatement({ sid: 'FailedEvents', actions: ['sqs:SendMessage'], resources: [queueArn] });
}

/**
 * The permissions that Lambda uses from the role of a function, or of an event source mapping, with interfaces in a
 * network.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
function interfacesStatement(readsTopics: boolean): PolicyStatement {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    ...(readsTopics ? ['ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'] : []),
  ];
  return new PolicyStatement({ sid: 'Interfaces', effect: Effect.ALLOW, actions, resources: ['*'] });
}
