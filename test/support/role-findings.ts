import { LAKE_DATABASE } from '../../lib/derive/names.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { preflightActions, verifyActions } from './deploy-role-actions.ts';
import { ofType, type Resource, type Templates } from './synthesised.ts';
import { textOf } from './template-text.ts';

/** A role's statement in its template. */
interface Statement {
  readonly Sid?: string;
  /** Undefined if it was removed. */
  readonly Action?: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** A role's purpose, and everything that determines its permissions. */
interface Role {
  readonly id: string;
  readonly templates: Templates;
  readonly statements: readonly Statement[];
  /** The function that has the role. */
  readonly fn: Resource | undefined;
  readonly fnId: string | undefined;
  /** Mappings that feed this function, and schedules that use this role. */
  readonly mappings: readonly Readonly<Record<string, unknown>>[];
  readonly schedules: readonly Readonly<Record<string, unknown>>[];
}

/** A resource by its text, or by a pattern if a deployment names it. */
type Expected = string | RegExp;

const isGetAtt = (value: unknown, id: string) =>
  (value as { readonly 'Fn::GetAtt'?: readonly string[] } | undefined)?.['Fn::GetAtt']?.[0] === id;

const properties = (templates: Templates, type: string) =>
  [...ofType(templates, type).values()].map(({ Properties = {} }) => Properties);

const variablesOf = ({ fn }: Pick<Role, 'fn'>): Readonly<Record<string, unknown>> =>
  (fn?.Properties?.Environment as { readonly Variables?: Readonly<Record<string, unknown>> } | undefined)?.Variables ??
  {};

const groupOf = ({ AmazonManagedKafkaEventSourceConfig: config }: Readonly<Record<string, unknown>>) =>
  (config as { readonly ConsumerGroupId: string }).ConsumerGroupId;

/**
 * The mappings of the function itself if it has any; otherwise the meter's, for the function that reports how far the
 * meter has read.
 */
const watched = (role: Role): Role['mappings'] => {
  const { GROUP_OWNER: owner } = variablesOf(role);
  if (owner === undefined) return role.mappings;
  return properties(role.templates, 'AWS::Lambda::EventSourceMapping').filter((mapping) =>
    groupOf(mapping).startsWith(`${owner}-meter-`),
  );
};

const topicsRead: Rule = ({ mappings }) => mappings.map(({ Topics }) => `topic ${Topics}`);
const topicsMade: Rule = ({ templates }) =>
  properties(templates, 'Custom::WeirTopic').map(({ topic }) => `topic ${topic}`);
/** A function fed by mappings sends what it refines; any other sends to the streams that are not refined. */
const topicsSent: Rule = ({ mappings }) =>
  contracts
    .filter(({ refinedFrom }) => (refinedFrom === null) === (mappings.length === 0))
    .map(({ name }) => `topic ${name}`);
const groups: Rule = (role) => watched(role).map((mapping) => `group ${groupOf(mapping)}`);
const topicsWatched: Rule = (role) => watched(role).map(({ Topics }) => `topic ${Topics}`);
/**
 * A function that registers partitions, or shows the tables, does so under all their names; one that queries the lake's
 * hours needs only the lake's own database.
 */
const catalogue: Rule = ({ templates, statements, fn }) => {
  const isAll = fn === undefined || JSON.stringify(statements).includes('glue:CreatePartition');
  const isNamed = (database: unknown) => isAll || database === LAKE_DATABASE;
  return [
    'catalog',
    ...properties(templates, 'AWS::Glue::Database')
      .map(({ DatabaseInput }) => (DatabaseInput as { readonly Name: string }).Name)
      .filter(isNamed)
      .map((name) => `database/${name}`),
    ...properties(templates, 'AWS::Glue::Table')
      .filter(({ DatabaseName }) => isNamed(DatabaseName))
      .map(({ DatabaseName, TableInput }) => `table/${DatabaseName}/${(TableInput as { readonly Name: string }).Name}`),
  ];
};
const ownLog: Rule = ({ fn, templates }) => {
  const { LogGroup } = (fn?.Properties?.LoggingConfig ?? {}) as { readonly LogGroup?: { readonly Ref: string } };
  const flows = properties(templates, 'AWS::EC2::FlowLog').map(({ LogGroupName }) => textOf(LogGroupName));
  return LogGroup === undefined ? flows.map((name) => name.replace('}', '.Arn}')) : [`{${LogGroup.Ref}.Arn}`];
};
const cluster: Rule = () => [
  /^\{(import [^}]*GetAtt)?(Provisioned)?Cluster[^}]*\}$|^arn:aws:kafka:[^:]+:\d+:cluster\/[^/]+\/[^/]+$/,
];
const objects: Rule = () => [/Bucket[^}]*\}\/lake\/\*$/];
const bucket: Rule = () => [/Bucket[^}]*\}$/];
const isPublishing = ({ fn }: Role) => fn?.Properties?.Description === 'Writes the files of the dashboard';
const siteFiles = () => [/^\{DashboardBucket\w+\.Arn\}\/dashboard\/\*$/];
const siteBucket = () => [/^\{DashboardBucket\w+\.Arn\}$/];
/** The cache, and the cache user that the function logs in as. */
const storeAndUser: Rule = (role) => {
  const user = String(variablesOf(role).STORE_USER).endsWith('-meter') ? 'MeterUser' : 'ReadUser';
  return [/GetAttCacheARN\w*\}$/, new RegExp(`${user}\\w*Arn`)];
};
const workgroup: Rule = () => [/^\{(import [^}]*GetAtt)?Workgroup[^}]*Arn\w*\}$/];
const namespace: Rule = () => [/^\{Namespace\.[^}]*Arn\}$/];
/** Resources without a name before they are created. */
const unnamed: Rule = () => ['*'];

type Rule = (role: Role) => readonly Expected[];

const rules: Readonly<Record<string, Rule>> = {
  'kafka-cluster:ReadData': topicsRead,
  'kafka-cluster:WriteData': topicsSent,
  'kafka-cluster:DescribeTopic': describedTopics,
  'kafka-cluster:AlterGroup': groups,
  'kafka-cluster:DescribeGroup': groups,
  'kafka-cluster:AlterTopic': topicsMade,
  'kafka-cluster:AlterTopicDynamicConfiguration': topicsMade,
  'kafka-cluster:CreateTopic': topicsMade,
  'kafka-cluster:DescribeTopicDynamicConfiguration': topicsMade,
  'kafka-cluster:Connect': cluster,
  'kafka-cluster:DescribeClusterDynamicConfiguration': cluster,
  'kafka-cluster:WriteDataIdempotently': cluster,
  'kafka:': cluster,
  'glue:': catalogue,
  's3:GetObject': objects,
  's3:PutObject': (role) => (isPublishing(role) ? siteFiles() : objects(role)),
  's3:DeleteObject': siteFiles,
  's3:GetBucketLocation': bucket,
  's3:ListBucket': (role) => (isPublishing(role) ? siteBucket() : bucket(role)),
  'logs:': ownLog,
  'ec2:': unnamed,
  'elasticache:Connect': storeAndUser,
  'redshift-data:BatchExecuteStatement': workgroup,
  'redshift-data:ExecuteStatement': workgroup,
  'redshift-data:': unnamed,
  'redshift-serverless:GetNamespace': namespace,
  'redshift-serverless:GetCredentials': workgroup,
  'redshift-serverless:': unnamed,
  'secretsmanager:GetSecretValue': () => [/:secret:redshift!weir-[a-z0-9]+-weir_admin-\?{6}$/],
  'lambda:InvokeFunction': calledFunctions,
  'sqs:SendMessage': ({ schedules, fnId, templates }) => [
    ...schedules.map(({ Target }) => textOf((Target as Target).DeadLetterConfig.Arn)),
    ...failedEventQueues(templates, fnId),
  ],
  'sts:AssumeRole': ({ id, templates }) => {
    const compares = trustOf(templates, id).includes('-diff"');
    return (compares ? ['lookup'] : ['deploy', 'file-publishing', 'lookup']).map(
      (name) => new RegExp(`role/cdk-\\w+-${name}-role-`),
    );
  },
};

/** The principals that may assume the role, as JSON. */
function trustOf(templates: Templates, id: string): string {
  return JSON.stringify(ofType(templates, 'AWS::IAM::Role').get(id)?.Properties?.AssumeRolePolicyDocument);
}

/** The queues for a function's failed events. */
function failedEventQueues(templates: Templates, fnId: string | undefined): readonly string[] {
  return properties(templates, 'AWS::Lambda::EventInvokeConfig')
    .filter(({ FunctionName }) => fnId !== undefined && (FunctionName as { readonly Ref?: string }).Ref === fnId)
    .map(({ DestinationConfig }) => textOf((DestinationConfig as Destinations).OnFailure.Destination));
}

interface Destinations {
  readonly OnFailure: { readonly Destination: unknown };
}

interface Target {
  readonly Arn: unknown;
  readonly DeadLetterConfig: { readonly Arn: unknown };
}

/** The functions that schedules call with this role, or the function itself. */
function calledFunctions(role: Role): readonly Expected[] {
  const { OFFSETS_FUNCTION: named } = variablesOf(role);
  const own = named === undefined ? [] : [textOf(named).replace('}', '.Arn}')];
  return [...role.schedules.map(({ Target }) => textOf((Target as Target).Arn)), ...own];
}

/** The topics that the role reads, creates or sends to. */
function describedTopics(role: Role): readonly Expected[] {
  const actions = role.statements.flatMap(({ Action = [] }) => Action);
  const uses: readonly (readonly [string, Rule])[] = [
    ['kafka-cluster:ReadData', topicsRead],
    ['kafka-cluster:CreateTopic', topicsMade],
    ['kafka-cluster:WriteData', topicsSent],
  ];
  const used = uses.flatMap(([action, rule]) => (actions.includes(action) ? rule(role) : []));
  return 'GROUP_OWNER' in variablesOf(role) ? [...used, ...topicsWatched(role)] : used;
}

const spectrum = {
  s3: ['GetObject', 'GetBucketLocation', 'ListBucket'],
  glue: ['BatchGetPartition', 'GetDatabase', 'GetDatabases', 'GetPartition', 'GetPartitions', 'GetTable', 'GetTables'],
};

/**
 * The required actions of roles that none of our functions have, by the service that assumes them.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-iam-policies.html
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
 */
const services: Readonly<Record<string, readonly string[]>> = {
  'redshift.amazonaws.com': Object.entries(spectrum).flatMap(([service, names]) =>
    names.map((name) => `${service}:${name}`),
  ),
  'scheduler.amazonaws.com': ['lambda:InvokeFunction', 'sqs:SendMessage'],
  'sts:AssumeRoleWithWebIdentity': ['sts:AssumeRole'],
  'vpc-flow-logs.amazonaws.com': ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
};

/**
 * Each action of a role on a resource that it lacks or does not need, one line each. Permissions that functions lack:
 * function-findings.ts.
 */
export function roleFindings(templates: Templates): readonly string[] {
  return rolesOf(templates).flatMap((role) => [...resourceFindings(role), ...serviceFindings(role)]);
}

function resourceFindings(role: Role): readonly string[] {
  const allowed = new Map<string, Set<string>>();
  for (const { Action, Resource } of role.statements) {
    for (const action of [Action ?? []].flat()) {
      const resources = allowed.get(action) ?? new Set();
      for (const resource of [Resource].flat()) resources.add(shortened(textOf(resource)));
      allowed.set(action, resources);
    }
  }
  return [...allowed].flatMap(([action, found]) => {
    const rule = deployRoleRule(role, action) ?? rules[action] ?? rules[`${action.split(':')[0]}:`];
    if (rule === undefined) return [`${role.id}: ${action}: expected a rule in role-findings.ts, found none`];
    const expected = [...new Set(rule(role))];
    const isFound = (one: Expected) => [...found].some((text) => fits(one, text));
    return [
      ...expected.filter((one) => !isFound(one)).map((one) => `${role.id}: ${action}: lacks ${one}`),
      ...[...found]
        .filter((text) => !expected.some((one) => fits(one, text)))
        .map((text) => `${role.id}: ${action}: need not have ${text}`),
    ];
  });
}

/** The checks before a deployment cover all resources; the verification after it uses resources with a known prefix. */
function deployRoleRule(role: Role, action: string): Rule | undefined {
  if (!isDeployRole(role)) return undefined;
  if (preflightActions.includes(action)) return unnamed;
  if (action === 'execute-api:Invoke') return statusRoutes;
  if (!verifyActions.includes(action)) return undefined;
  return verifyRules[action] ?? verifyRules[`${action.split(':')[0]}:`];
}

const statusRoutes: Rule = () => [/:\*\/\$default\/GET\/status$/, /:\*\/\$default\/\$default$/];
const results = /:::weir[a-z]+lake-athenaresults\*\/\*$/;
const verifyRules: Readonly<Record<string, Rule>> = {
  'athena:': () => [/:workgroup\/weir-[a-z]+$/],
  'glue:': () => ['catalog', `database/${LAKE_DATABASE}`, `table/${LAKE_DATABASE}/*`],
  'lambda:InvokeFunction': () => [/:function:\*$/],
  'lambda:ListEventSourceMappings': unnamed,
  's3:GetBucketLocation': () => [/:::weir[a-z]+lake-\*$/],
  's3:GetObject': () => [/:::weir[a-z]+lake-\*\/lake\/\*$/, results],
  's3:ListBucket': () => [/:::weir[a-z]+lake-\*$/],
  's3:': () => [results],
};

/**
 * The deploying role, with which the checks before a deployment query the account itself; not the role that only
 * compares.
 */
function isDeployRole({ id, templates }: Role): boolean {
  const trust = trustOf(templates, id);
  return trust.includes('sts:AssumeRoleWithWebIdentity') && !trust.includes('-diff"');
}

function serviceFindings(role: Role): readonly string[] {
  const { id, templates, statements } = role;
  const trust = trustOf(templates, id);
  const [, ofService = []] = Object.entries(services).find(([service]) => trust.includes(service)) ?? [];
  const needed = isDeployRole(role) ? [...ofService, ...preflightActions, ...verifyActions] : ofService;
  const actions = statements.flatMap(({ Action = [] }) => Action);
  const own = statements.filter(
    ({ Resource, Action }) => Resource === '*' && JSON.stringify(Action ?? []).includes('-data:'),
  );
  return [
    ...needed.filter((action) => !actions.includes(action)).map((action) => `${id}: lacks ${action}`),
    ...own.filter(({ Condition }) => Condition === undefined).map(() => `${id}: statements of others may be described`),
    ...statements
      .filter(
        ({ Sid, Condition }) =>
          Sid === 'CallFunctions' && !JSON.stringify(Condition ?? {}).includes('ResourceTag/weir'),
      )
      .map(() => `${id}: functions of others may be called`),
    ...statements
      .filter(({ Sid, Condition }) => Sid === 'List' && Condition === undefined)
      .map(({ Sid }) => `${id}: ${Sid} lacks its condition: names of objects in the tables’ folder only`),
  ];
}

const fits = (expected: Expected, text: string) =>
  typeof expected === 'string' ? expected === text : expected.test(text);

/** `arn:…:topic/{part}/{part}/shop.purchases` → `topic shop.purchases`; for Glue, the part after the account. */
function shortened(text: string): string {
  const [, kind, name] = /:(topic|group)\/[^/]+\/[^/]+\/(.+)$/.exec(text) ?? [];
  if (kind !== undefined) return `${kind} ${name}`;
  return /^arn:[^:]+:glue:[^:]+:\{AWS::AccountId\}:(.+)$/.exec(text)?.[1] ?? text;
}

/** The roles of a deployment, including the statements of policies that CDK attaches separately. */
export function rolesOf(templates: Templates): readonly Role[] {
  return [...ofType(templates, 'AWS::IAM::Role')].map(([id, role]) => {
    const functions = [...ofType(templates, 'AWS::Lambda::Function')];
    const [fnId, fn] = functions.find(([, { Properties }]) => isGetAtt(Properties?.Role, id)) ?? [undefined, undefined];
    const mappings = properties(templates, 'AWS::Lambda::EventSourceMapping');
    return {
      id,
      templates,
      statements: documentsOf(templates, id, role).flatMap(({ Statement }) => Statement),
      fn,
      fnId,
      mappings: fnId === undefined ? [] : mappings.filter(({ FunctionName }) => isGetAtt(FunctionName, fnId)),
      schedules: properties(templates, 'AWS::Scheduler::Schedule').filter(({ Target }) =>
        isGetAtt((Target as { readonly RoleArn: unknown }).RoleArn, id),
      ),
    };
  });
}

interface Document {
  readonly Statement: readonly Statement[];
}

function documentsOf(templates: Templates, id: string, role: Resource): readonly Document[] {
  const inline = (role.Properties?.Policies ?? []) as readonly { readonly PolicyDocument: Document }[];
  const beside = properties(templates, 'AWS::IAM::Policy').filter(({ Roles }) =>
    (Roles as readonly { readonly Ref: string }[]).some(({ Ref }) => Ref === id),
  );
  const managed = (role.Properties?.ManagedPolicyArns ?? []) as readonly { readonly Ref?: string }[];
  return [
    ...managed.map(
      ({ Ref = '' }) => ofType(templates, 'AWS::IAM::ManagedPolicy').get(Ref)?.Properties?.PolicyDocument as Document,
    ),
    ...inline.map(({ PolicyDocument }) => PolicyDocument),
    ...beside.map(({ PolicyDocument }) => PolicyDocument as Document),
  ];
}
