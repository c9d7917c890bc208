import { ofType, type Templates } from './synthesised.ts';
import { textOf } from './template-text.ts';

/** The properties of a deployment that determine its network paths. */
interface Wanted {
  readonly pollers: 'provisioned' | 'onDemand';
  /** Whether Weir creates brokers and network. */
  readonly ownBrokers: boolean;
  readonly region: string;
}

/**
 * Network paths that are needed and missing, or present and not needed, one line each. A path is written `clients →
 * brokers 9098 out`, from the side that has the rule.
 */
export function networkFindings(templates: Templates, wanted: Wanted): readonly string[] {
  const [needed, found] = [neededPaths(templates, wanted), foundPaths(templates)];
  return [
    ...needed.filter((path) => !found.includes(path)).map((path) => `network: lacks ${path}`),
    ...found.filter((path) => !needed.includes(path)).map((path) => `network: need not have ${path}`),
  ];
}

const properties = (templates: Templates, type: string) =>
  [...ofType(templates, type).values()].map(({ Properties = {} }) => Properties);

/**
 * Functions that connect to the brokers are given their addresses, and functions that create topics report to
 * CloudFormation through S3.
 */
function neededPaths(templates: Templates, { pollers, ownBrokers, region }: Wanted): readonly string[] {
  const functions = [...ofType(templates, 'AWS::Lambda::Function')].map(([id, { Properties = {} }]) => ({
    id,
    description: String(Properties.Description),
    talks: JSON.stringify(Properties.Environment ?? {}).includes('KAFKA_BROKERS'),
  }));
  const topics = properties(templates, 'Custom::WeirTopic').map(({ ServiceToken }) => textOf(ServiceToken));
  const placed = functions
    .filter(({ talks }) => talks)
    .map(({ id, description }) => ({ description, answers: topics.includes(`{${id}.Arn}`) }));
  const answering = placed.some(({ answers }) => answers);
  return [
    ...placed.map(({ description, answers }) => `${description}: ${answers ? 'answers, ' : ''}clients in 3 subnets`),
    ...(placed.length > 0 || ownBrokers ? ['clients → brokers 9098 out', 'clients → brokers 9098 in'] : []),
    ...(ownBrokers ? ['brokers → brokers 9098 out', 'brokers → brokers 9098 in'] : []),
    ...(answering ? ['answers → 0.0.0.0/0 443 out'] : []),
    ...(answering && ownBrokers ? [`3 subnets → gateway s3: s3:PutObject ${answersBucket(region)}`] : []),
    ...(pollers === 'onDemand' && ownBrokers ? pollerPaths : []),
  ];
}

const answersBucket = (region: string) =>
  `arn:aws:s3:::cloudformation-custom-resource-response-${region.replaceAll('-', '')}/*`;

const pollerPaths = [
  'brokers → network 443 out',
  ...['10.0.0.0/20', '10.0.16.0/20', '10.0.32.0/20'].map((subnet) => `${subnet} → endpoints 443 in`),
  ...['lambda', 'sts'].map((service) => `3 subnets → interface ${service}: endpoints, by its own name`),
];

function foundPaths(templates: Templates): readonly string[] {
  return [...rulePaths(templates), ...endpointPaths(templates), ...functionPaths(templates), ...waysOut(templates)];
}

interface RuleProperties {
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: unknown;
  readonly SourceSecurityGroupId?: unknown;
  readonly DestinationSecurityGroupId?: unknown;
  readonly GroupId?: unknown;
}

/** CDK's rule for a group without egress; without it, CloudFormation would allow all egress. */
const NOTHING = 252;

function rulePaths(templates: Templates): readonly string[] {
  const path = (own: string, direction: 'in' | 'out', rule: RuleProperties) => {
    const other = sideOf(rule.CidrIp ?? rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId);
    const port = rule.FromPort === rule.ToPort ? rule.FromPort : `${rule.FromPort}-${rule.ToPort}`;
    return direction === 'in' ? `${other} → ${own} ${port} in` : `${own} → ${other} ${port} out`;
  };
  const inline = [...ofType(templates, 'AWS::EC2::SecurityGroup')].flatMap(([id, { Properties = {} }]) => {
    const own = sideOf({ Ref: id });
    const rules = (of: string) => (Properties[of] ?? []) as readonly RuleProperties[];
    return [
      ...rules('SecurityGroupIngress').map((rule) => path(own, 'in', rule)),
      ...rules('SecurityGroupEgress')
        .filter(({ FromPort }) => FromPort !== NOTHING)
        .map((rule) => path(own, 'out', rule)),
    ];
  });
  const beside = (type: string, direction: 'in' | 'out') =>
    properties(templates, type).map((rule) => path(sideOf((rule as RuleProperties).GroupId), direction, rule));
  return [
    ...inline,
    ...beside('AWS::EC2::SecurityGroupIngress', 'in'),
    ...beside('AWS::EC2::SecurityGroupEgress', 'out'),
  ];
}

/** A group by its part, the network as such, or the addresses unchanged. */
function sideOf(value: unknown): string {
  const text = textOf(value);
  const parts: readonly (readonly [RegExp, string])[] = [
    [/ClientsSecurityGroup/, 'clients'],
    [/BrokersSecurityGroup|^sg-/, 'brokers'],
    [/AnswersSecurityGroup/, 'answers'],
    [/PollerEndpointsSecurityGroup/, 'endpoints'],
    [/Vpc\w*CidrBlock/, 'network'],
  ];
  return parts.find(([form]) => form.test(text))?.[1] ?? text;
}

function endpointPaths(templates: Templates): readonly string[] {
  return properties(templates, 'AWS::EC2::VPCEndpoint').map((endpoint) => {
    const kind = String(endpoint.VpcEndpointType).toLowerCase();
    const service = textOf(endpoint.ServiceName).split('.').at(-1);
    const subnets = ((endpoint.SubnetIds ?? endpoint.RouteTableIds) as readonly unknown[]).length;
    const { Statement = [] } = (endpoint.PolicyDocument ?? {}) as {
      readonly Statement?: readonly { readonly Action: string; readonly Resource: unknown }[];
    };
    const groups = ((endpoint.SecurityGroupIds ?? []) as readonly unknown[]).map(sideOf);
    const means = [
      ...Statement.map(({ Action, Resource }) => `${Action} ${textOf(Resource)}`),
      ...groups,
      ...(endpoint.PrivateDnsEnabled === true ? ['by its own name'] : []),
    ];
    return `${subnets} subnets → ${kind} ${service}: ${means.join(', ')}`;
  });
}

function functionPaths(templates: Templates): readonly string[] {
  return properties(templates, 'AWS::Lambda::Function').flatMap(({ Description, VpcConfig }) => {
    if (VpcConfig === undefined) return [];
    const { SecurityGroupIds = [], SubnetIds = [] } = VpcConfig as Readonly<Record<string, readonly unknown[]>>;
    return [`${Description}: ${SecurityGroupIds.map(sideOf).sort().join(', ')} in ${SubnetIds.length} subnets`];
  });
}

/** All other paths out of the network, or into it. */
const WAYS_OUT = [
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::Route',
  'AWS::Lambda::Url',
];

function waysOut(templates: Templates): readonly string[] {
  return WAYS_OUT.flatMap((type) => [...ofType(templates, type).keys()].map((id) => `${type} ${id}`));
}
