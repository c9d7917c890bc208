/** The parts of the synthesised templates that affect costs. Plain data in, plain data out. */

import { type ReaderName, readerNames } from '../derive/topic-readers.ts';
import { assumptions } from './load.ts';
import { timesADay } from './times-a-day.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export type CostedTemplates = Readonly<Record<string, Readonly<Record<string, Resource>>>>;

export interface TemplateFacts {
  readonly broker:
    | { readonly kind: 'serverless' }
    | {
        readonly kind: 'express' | 'standard';
        readonly instanceType: string;
        readonly brokers: number;
        readonly diskGibibytes: number;
      }
    | { readonly kind: 'existing' };
  /** Kafka partitions of the topics that the deployment creates. */
  readonly kafkaPartitions: number;
  readonly topics: number;
  /** The minimum pollers of all mappings, which are always on and billed by the hour; 0 with on-demand pollers. */
  readonly minPollers: number;
  /** Functions that topics are mapped to; without mappings where the deployment has none of it. */
  readonly readers: { readonly [Reader in ReaderName]: FedFunction };
  readonly interfaceEndpointZones: number;
  readonly alarms: number;
  readonly tables: number;
  readonly schedules: number;
  /** Of all schedules. */
  readonly callsADay: number;
  /** Of all mappings, the kinds of errors that their pollers count. */
  readonly errorMetrics: number;
  /** null without a warehouse. */
  readonly warehouse: {
    readonly rpu: number;
    readonly runsADay: number;
    /** Hours of the lake that the runs of a day check, changed or not. */
    readonly hoursLookedAtADay: number;
    readonly transformMegabytes: number;
  } | null;
  /** The memory of the API's functions; null without live metrics. */
  readonly live: { readonly readMegabytes: number; readonly ingestMegabytes: number } | null;
  /** The clients for programs of the API's user pool; null without one. */
  readonly signIn: { readonly programClients: number } | null;
  /** Whether CloudFront serves the dashboard, and the API to it. */
  readonly hasSite: boolean;
  /** What fills live metrics from the lake; null where nothing does. */
  readonly recount: { readonly megabytes: number; readonly offsetsMegabytes: number; readonly runsADay: number } | null;
}

/** A function that topics are mapped to. */
export interface FedFunction {
  readonly megabytes: number;
  readonly mappings: readonly { readonly batchSize: number; readonly windowSeconds: number }[];
}

/** Reads them. */
export function templateFacts(templates: CostedTemplates): TemplateFacts {
  const all = Object.values(templates).flatMap((stack) => Object.values(stack));
  const of = (type: string) => all.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const mappings = of(MAPPING);
  const topics = [
    ...of('Custom::WeirTopic').map(({ kafkaPartitions }) => Number(kafkaPartitions)),
    ...of('AWS::MSK::Topic').map(({ PartitionCount }) => Number(PartitionCount)),
  ];
  const functions = new Map(
    Object.values(templates).flatMap((stack) => Object.entries(stack).filter(([, { Type }]) => Type === LAMBDA)),
  );
  const schedules = of('AWS::Scheduler::Schedule').map(schedule);
  const endpoints = of('AWS::EC2::VPCEndpoint').filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
  const [workgroup] = of('AWS::RedshiftServerless::Workgroup');
  return {
    broker: broker(of('AWS::MSK::ServerlessCluster').length, of('AWS::MSK::Cluster')[0]),
    kafkaPartitions: topics.reduce((sum, count) => sum + count, 0),
    topics: topics.length,
    minPollers: mappings.reduce((sum, { ProvisionedPollerConfig: config }) => {
      const { MinimumPollers = 0 } = (config ?? {}) as { readonly MinimumPollers?: number };
      return sum + MinimumPollers;
    }, 0),
    readers: Object.fromEntries(
      readerNames.map((reader) => [reader, fedFunction(templates, functions, reader)]),
    ) as TemplateFacts['readers'],
    interfaceEndpointZones: endpoints.reduce((sum, { SubnetIds }) => sum + (SubnetIds as readonly unknown[]).length, 0),
    alarms: of('AWS::CloudWatch::Alarm').length,
    tables: of('AWS::Glue::Table').length,
    schedules: schedules.length,
    callsADay: schedules.reduce((sum, { times }) => sum + times, 0),
    errorMetrics: mappings.filter(hasErrorCount).length * assumptions.errorMetricsPerMapping,
    warehouse: workgroup === undefined ? null : warehouse(workgroup, schedules, functions),
    live: of('AWS::ElastiCache::ServerlessCache').length === 0 ? null : live(templates, functions),
    signIn: of('AWS::Cognito::UserPool').length === 0 ? null : signIn(of('AWS::Cognito::UserPoolClient')),
    hasSite: of('AWS::CloudFront::Distribution').length > 0,
    recount: recount(functions, schedules),
  };
}

function signIn(clients: readonly Readonly<Record<string, unknown>>[]): NonNullable<TemplateFacts['signIn']> {
  return { programClients: clients.filter(({ GenerateSecret }) => GenerateSecret === true).length };
}

function hasErrorCount({ MetricsConfig }: Readonly<Record<string, unknown>>): boolean {
  const { Metrics = [] } = (MetricsConfig ?? {}) as { readonly Metrics?: readonly string[] };
  return Metrics.includes('ErrorCount');
}

const LAMBDA = 'AWS::Lambda::Function';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const INTEGRATION = 'AWS::ApiGatewayV2::Integration';

type Functions = ReadonlyMap<string, Resource>;

/** By what the API hands to them: its integrations have the functions' names. */
function live(templates: CostedTemplates, functions: Functions): NonNullable<TemplateFacts['live']> {
  const megabytes = (name: string) => {
    const [, integration] = Object.values(templates)
      .flatMap((stack) => Object.entries(stack))
      .find(([id, { Type }]) => Type === INTEGRATION && id.includes(`${name}Integration`)) ?? [undefined, undefined];
    return megabytesOf(functions.get(idOf(integration?.Properties?.IntegrationUri)));
  };
  return { readMegabytes: megabytes('Read'), ingestMegabytes: megabytes('Ingest') };
}

const idOf = (reference: unknown) =>
  (reference as { readonly 'Fn::GetAtt': readonly [string, string] })['Fn::GetAtt'][0];

const megabytesOf = (fn: Resource | undefined) => Number(fn?.Properties?.MemorySize);

/** Its mappings are those in the reader's own construct, which has the reader's name: `SinkFromShopPurchases…`. */
function fedFunction(templates: CostedTemplates, functions: Functions, reader: ReaderName): FedFunction {
  const isOwn = (id: string) => id.toLowerCase().startsWith(`${reader}from`);
  const own = Object.values(templates)
    .flatMap((stack) => Object.entries(stack))
    .flatMap(([id, { Type, Properties = {} }]) => (Type === MAPPING && isOwn(id) ? [Properties] : []));
  const [first] = own;
  return {
    megabytes: first === undefined ? 0 : megabytesOf(functions.get(idOf(first.FunctionName))),
    mappings: own.map(({ BatchSize, MaximumBatchingWindowInSeconds }) => ({
      batchSize: Number(BatchSize),
      windowSeconds: Number(MaximumBatchingWindowInSeconds),
    })),
  };
}

interface Schedule {
  readonly times: number;
  readonly functionId: string;
  /** Of a run of the SQL models: how many hours of the lake it asks for. null for other schedules. */
  readonly hoursLookedAt: number | null;
}

function schedule({ ScheduleExpression, Target }: Readonly<Record<string, unknown>>): Schedule {
  const { Arn, Input } = Target as { readonly Arn: unknown; readonly Input: string };
  return {
    times: timesADay(String(ScheduleExpression)),
    functionId: idOf(Arn),
    hoursLookedAt: hoursLookedAt(JSON.parse(Input)),
  };
}

function hoursLookedAt({ lookBackHours }: { readonly lookBackHours?: number | 'all' }): number | null {
  if (lookBackHours === undefined) return null;
  return lookBackHours === 'all' ? assumptions.hoursOfRunOverAll : lookBackHours;
}

/** Its functions are those of its construct, which has this name: `RecountRun…`. */
function recount(functions: Functions, schedules: readonly Schedule[]): TemplateFacts['recount'] {
  const named = (prefix: string) => [...functions].find(([id]) => id.startsWith(prefix)) ?? [];
  const [id, run] = named('RecountRun');
  const [, offsets] = named('RecountOffsets');
  if (id === undefined) return null;
  const runsADay = schedules.filter(({ functionId }) => functionId === id).reduce((sum, { times }) => sum + times, 0);
  return { megabytes: megabytesOf(run), offsetsMegabytes: megabytesOf(offsets), runsADay };
}

function warehouse(
  { BaseCapacity }: Readonly<Record<string, unknown>>,
  schedules: readonly Schedule[],
  functions: Functions,
): TemplateFacts['warehouse'] {
  const runs = schedules.filter(({ hoursLookedAt }) => hoursLookedAt !== null);
  return {
    rpu: Number(BaseCapacity),
    runsADay: runs.reduce((sum, { times }) => sum + times, 0),
    hoursLookedAtADay: runs.reduce((sum, { times, hoursLookedAt }) => sum + times * (hoursLookedAt ?? 0), 0),
    transformMegabytes: megabytesOf(functions.get(runs[0]?.functionId ?? '')),
  };
}

function broker(serverless: number, cluster: Readonly<Record<string, unknown>> | undefined): TemplateFacts['broker'] {
  if (serverless > 0) return { kind: 'serverless' };
  if (cluster === undefined) return { kind: 'existing' };
  const nodes = cluster.BrokerNodeGroupInfo as {
    readonly InstanceType: string;
    readonly StorageInfo?: { readonly EBSStorageInfo: { readonly VolumeSize: number } };
  };
  return {
    kind: nodes.InstanceType.startsWith('express.') ? 'express' : 'standard',
    instanceType: nodes.InstanceType,
    brokers: Number(cluster.NumberOfBrokerNodes),
    diskGibibytes: nodes.StorageInfo?.EBSStorageInfo.VolumeSize ?? 0,
  };
}
