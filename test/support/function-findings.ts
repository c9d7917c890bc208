import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokersVariables } from '../../lambdas/brokers/env.ts';
import { generateVariables } from '../../lambdas/generate/env.ts';
import type { GenerateDependencies } from '../../lambdas/generate/handler.ts';
import { ingestVariables } from '../../lambdas/ingest/env.ts';
import { meterVariables } from '../../lambdas/meter/env.ts';
import { offsetsVariables } from '../../lambdas/offsets/env.ts';
import type { OffsetsDeps } from '../../lambdas/offsets/handler.ts';
import { publishVariables } from '../../lambdas/publish/env.ts';
import { readVariables } from '../../lambdas/read/env.ts';
import { recountVariables } from '../../lambdas/recount/env.ts';
import { refineVariables } from '../../lambdas/refine/env.ts';
import type { RefineDeps } from '../../lambdas/refine/handler.ts';
import { schemasVariables } from '../../lambdas/schemas/env.ts';
import { sinkVariables } from '../../lambdas/sink/env.ts';
import { topicsVariables } from '../../lambdas/topics/env.ts';
import { transformVariables } from '../../lambdas/transform/env.ts';
import { usageLimitVariables } from '../../lambdas/usage-limit/env.ts';
import { topicReaders } from '../../lib/derive/topic-readers.ts';
import { bundleLambda } from '../../lib/infra/bundle.ts';
import type { AppendableLog } from '../../lib/pipeline/produce.ts';
import { fixture } from './fixture-project.ts';
import type { Resource, Templates } from './synthesised.ts';

/** A function in the templates, and its requirements according to its code. */
interface Expected {
  readonly description: string;
  readonly variables: readonly string[];
  /** Actions beyond those that its adapters send and, for a reader of topics, those that pollers use. */
  readonly furtherActions: readonly string[];
}

const log = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** The Data API reads the database user's password on behalf of the caller. */
const password = ['secretsmanager:GetSecretValue'];

/** Alternatively, it gets credentials for the database user of the caller's IAM role. */
const credentials = ['redshift-serverless:GetCredentials'];

/** Lambda sends failed events with the function's role. */
const failedEvents = ['sqs:SendMessage'];

/** Lets a role log in to the store of live metrics; its user's rules define what it may do there. */
const store = ['elasticache:Connect'];

/** The actions that Lambda uses from the role of a function in a network. */
const interfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
];

/**
 * The actions that an event source mapping's pollers use from the function's role.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
const pollers = [
  ...interfaces,
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeVpcs',
  'kafka:DescribeCluster',
  'kafka:DescribeClusterV2',
  'kafka:GetBootstrapBrokers',
  'kafka-cluster:AlterGroup',
  'kafka-cluster:Connect',
  'kafka-cluster:DescribeClusterDynamicConfiguration',
  'kafka-cluster:DescribeGroup',
  'kafka-cluster:DescribeTopic',
  'kafka-cluster:ReadData',
];

/** The actions for each method of the log that a handler may call; any other method does not compile here. */
const appending: {
  readonly [Method in keyof (GenerateDependencies['log'] & RefineDeps['log'] & AppendableLog)]: readonly string[];
} = {
  kafkaPartitions: ['kafka-cluster:Connect', 'kafka-cluster:DescribeTopic'],
  append: [
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:WriteData',
    'kafka-cluster:WriteDataIdempotently',
  ],
};

/** The same for read-only methods. */
const asking: { readonly [Method in keyof OffsetsDeps['log']]: readonly string[] } = {
  committedOffsets: ['kafka-cluster:Connect', 'kafka-cluster:DescribeGroup', 'kafka-cluster:DescribeTopic'],
  endOffsets: ['kafka-cluster:Connect', 'kafka-cluster:DescribeTopic'],
};

export const functions: Readonly<Record<string, Expected>> = {
  sink: {
    description: 'Takes the records of every topic into the lake, each once',
    variables: sinkVariables,
    furtherActions: log,
  },
  generate: {
    description: 'Sends example events',
    variables: generateVariables,
    furtherActions: [...log, ...interfaces, ...failedEvents, ...Object.values(appending).flat()],
  },
  refine: {
    description: 'Appends what records refine to, topic to topic',
    variables: refineVariables,
    furtherActions: [...log, ...appending.append],
  },
  meter: {
    description: 'Counts live metrics, each record once',
    variables: meterVariables,
    furtherActions: [...log, ...store],
  },
  offsets: {
    description: 'Says how far the meter has read each topic',
    variables: offsetsVariables,
    furtherActions: [...log, ...interfaces, ...Object.values(asking).flat()],
  },
  recount: {
    description: 'Counts from the lake what live metrics lack',
    variables: recountVariables,
    furtherActions: [...log, ...store, ...failedEvents],
  },
  read: {
    description: 'Answers the REST API',
    variables: readVariables,
    furtherActions: [...log, ...store],
  },
  ingest: {
    description: 'Takes events by HTTP and appends them to their topics',
    variables: ingestVariables,
    furtherActions: [...log, ...interfaces, ...Object.values(appending).flat()],
  },
  transform: {
    description: 'Runs the SQL models over the lake in Redshift',
    variables: transformVariables,
    furtherActions: [...log, ...credentials, ...failedEvents],
  },
  publish: {
    description: 'Writes the files of the dashboard',
    variables: publishVariables,
    furtherActions: log,
  },
  topics: {
    description: 'Makes topics and changes what may change of them',
    variables: topicsVariables,
    furtherActions: [...log, ...interfaces, ...topicActions()],
  },
  brokers: {
    description: 'Tells a deployment where the brokers are',
    variables: brokersVariables,
    furtherActions: log,
  },
  schemas: {
    description: 'Makes the external schemas of the warehouse, and its users',
    variables: schemasVariables,
    furtherActions: [...log, ...password],
  },
  'usage-limit': {
    description: 'Keeps the daily usage limit of the warehouse',
    variables: usageLimitVariables,
    furtherActions: log,
  },
};

/** The topic keeper's kafkajs calls, as IAM actions. */
function topicActions(): readonly string[] {
  const actions: Readonly<Record<string, readonly string[]>> = {
    connect: ['Connect'],
    disconnect: [],
    listTopics: ['DescribeTopic'],
    fetchTopicMetadata: ['DescribeTopic'],
    createTopics: ['CreateTopic'],
    createPartitions: ['AlterTopic'],
    describeConfigs: ['DescribeTopicDynamicConfiguration'],
    alterConfigs: ['AlterTopicDynamicConfiguration'],
  };
  const source = readFileSync(new URL('../../lib/adapters/kafka/topic-keeper.ts', import.meta.url), 'utf8');
  return [...source.matchAll(/\badmin\.(\w+)\(/g)].flatMap(([, method = '']) => {
    const found = actions[method];
    if (found === undefined) throw new Error(`topic-keeper.ts: expected one of kafkajs’s known calls, found ${method}`);
    return found.map((name) => `kafka-cluster:${name}`);
  });
}

const services: Readonly<Record<string, string>> = {
  'client-athena': 'athena',
  'client-cloudformation': 'cloudformation',
  'client-ec2': 'ec2',
  'client-glue': 'glue',
  'client-kafka': 'kafka',
  'client-lambda': 'lambda',
  'client-redshift-data': 'redshift-data',
  'client-redshift-serverless': 'redshift-serverless',
  'client-s3': 's3',
  'client-service-quotas': 'servicequotas',
  'client-ssm': 'ssm',
  'client-sts': 'sts',
};

/** IAM actions whose names differ from the request's. */
const renamed: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
};

/** The IAM actions for every command that a source file imports from the SDK, directly or through a paginator. */
export function actionsSentBy(source: string): readonly string[] {
  const imports = [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g)];
  return imports.flatMap(([, names = '', client = '']) => {
    const service = services[client];
    if (service === undefined) throw new Error(`expected a client whose actions are known, found @aws-sdk/${client}`);
    const commands = [...names.matchAll(/(?<!type )\b(?:(\w+)Command\b(?!Input|Output)|paginate(\w+))/g)];
    return commands.map(([, command, paginated]) => {
      const action = `${service}:${command ?? paginated}`;
      return renamed[action] ?? action;
    });
  });
}

/** The IAM actions that the code in a function's bundle can use. */
export function actionsOfBundle(lambda: string): readonly string[] {
  const ours = sourcesOfBundle(lambda).filter((path) => !path.includes('node_modules'));
  const root = new URL('../../', import.meta.url);
  return ours.flatMap((path) => actionsSentBy(readFileSync(new URL(path, root), 'utf8')));
}

/** The packages whose code is in a function's bundle. */
export function packagesOfBundle(lambda: string): readonly string[] {
  const names = sourcesOfBundle(lambda).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  return [...new Set(names)];
}

function sourcesOfBundle(lambda: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bundle-'));
  try {
    return Object.keys(bundleLambda(lambda, folder, fixture).inputs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Found {
  readonly id: string;
  readonly properties: Record<string, unknown>;
  readonly stack: Readonly<Record<string, Resource>>;
}

function find(templates: Templates, { description }: Expected): Found | undefined {
  for (const stack of Object.values(templates)) {
    for (const [id, { Type, Properties = {} }] of Object.entries(stack)) {
      if (Type === 'AWS::Lambda::Function' && Properties.Description === description)
        return { id, properties: Properties, stack };
    }
  }
  return undefined;
}

/** The actions that a role allows in its own statements. */
export function allowedActions(role: Resource | undefined): readonly string[] {
  const policies = (role?.Properties?.Policies ?? []) as readonly {
    PolicyDocument: { Statement: readonly { Action: string | readonly string[] }[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
}

const roleId = (properties: Record<string, unknown>) =>
  (properties.Role as { 'Fn::GetAtt': readonly [string, string] })['Fn::GetAtt'][0];

/** Actions and variables that a function has and does not need, or needs and does not have, one line each. */
export function functionFindings(
  templates: Templates,
  lambda: string,
  codeActions: readonly string[],
): readonly string[] {
  const expected = functions[lambda];
  if (expected === undefined) return [`${lambda}: expected an entry in function-findings.ts, found none`];
  const found = find(templates, expected);
  if (found === undefined) return [`${lambda}: expected a function, found none`];
  const ofPollers = lambda in topicReaders ? pollers : [];
  const needed = new Set([...codeActions, ...expected.furtherActions, ...ofPollers]);
  const allowed = new Set(allowedActions(found.stack[roleId(found.properties)]));
  const environment =
    (found.properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  return [
    ...[...needed].filter((action) => !allowed.has(action)).map((action) => `${lambda}: its role lacks ${action}`),
    ...[...allowed]
      .filter((action) => !needed.has(action))
      .map((action) => `${lambda}: its role need not have ${action}`),
    ...expected.variables
      .filter((name) => !(name in environment))
      .map((name) => `${lambda}: lacks the variable ${name}`),
    ...Object.keys(environment)
      .filter((name) => !expected.variables.includes(name))
      .map((name) => `${lambda}: does not know the variable ${name}`),
  ];
}
