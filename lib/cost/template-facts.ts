/** What of the synthesised templates costs something. Plain data in, plain data out. */

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
  /** Of the topics that the deployment makes. */
  readonly kafkaPartitions: number;
  readonly topics: number;
  /** Of all mappings, the pollers that stand by day and night and are paid by the hour; 0 where Lambda's own are used. */
  readonly leastPollers: number;
  readonly mappings: readonly { readonly batchSize: number; readonly windowSeconds: number }[];
  readonly sinkMegabytes: number;
  readonly interfaceEndpointZones: number;
  readonly alarms: number;
  readonly tables: number;
  readonly schedules: number;
  readonly warehouseRpu: number | null;
}

/** Reads them. @throws when there is no function behind the mappings. */
export function templateFacts(templates: CostedTemplates): TemplateFacts {
  const all = Object.values(templates).flatMap((stack) => Object.values(stack));
  const of = (type: string) => all.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const mappings = of('AWS::Lambda::EventSourceMapping');
  const topics = [
    ...of('Custom::WeirTopic').map(({ kafkaPartitions }) => Number(kafkaPartitions)),
    ...of('AWS::MSK::Topic').map(({ PartitionCount }) => Number(PartitionCount)),
  ];
  // The largest is the sink: others run at deployment, or seldom.
  const sinkMegabytes = Math.max(...of('AWS::Lambda::Function').map(({ MemorySize }) => Number(MemorySize)));
  if (!Number.isFinite(sinkMegabytes))
    throw new Error('templates: expected functions, found none; synthesise them first');
  const endpoints = of('AWS::EC2::VPCEndpoint').filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
  const [workgroup] = of('AWS::RedshiftServerless::Workgroup');
  return {
    broker: broker(of('AWS::MSK::ServerlessCluster').length, of('AWS::MSK::Cluster')[0]),
    kafkaPartitions: topics.reduce((sum, count) => sum + count, 0),
    topics: topics.length,
    leastPollers: mappings.reduce((sum, { ProvisionedPollerConfig: config }) => {
      const { MinimumPollers = 0 } = (config ?? {}) as { readonly MinimumPollers?: number };
      return sum + MinimumPollers;
    }, 0),
    mappings: mappings.map(({ BatchSize, MaximumBatchingWindowInSeconds }) => ({
      batchSize: Number(BatchSize),
      windowSeconds: Number(MaximumBatchingWindowInSeconds),
    })),
    sinkMegabytes,
    interfaceEndpointZones: endpoints.reduce((sum, { SubnetIds }) => sum + (SubnetIds as readonly unknown[]).length, 0),
    alarms: of('AWS::CloudWatch::Alarm').length,
    tables: of('AWS::Glue::Table').length,
    schedules: of('AWS::Scheduler::Schedule').length,
    warehouseRpu: workgroup === undefined ? null : Number(workgroup.BaseCapacity),
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
