import { ofType, type Resource, type Templates } from './synthesised.ts';

interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId?: string;
  readonly ViewerProtocolPolicy?: string;
  readonly AllowedMethods?: readonly string[];
  readonly CachePolicyId?: Reference;
  readonly ResponseHeadersPolicyId?: Reference;
  readonly OriginRequestPolicyId?: unknown;
}

interface Origin {
  readonly Id: string;
  readonly OriginAccessControlId?: unknown;
  readonly CustomOriginConfig?: { readonly OriginProtocolPolicy?: string };
}

type Reference = string | { readonly Ref: string };

interface DistributionConfig {
  readonly Origins?: readonly Origin[];
  readonly DefaultCacheBehavior?: Behavior;
  readonly CacheBehaviors?: readonly Behavior[];
  readonly CustomErrorResponses?: readonly { readonly ErrorCode: number; readonly ErrorCachingMinTTL?: number }[];
}

/** Everything that the dashboard's site lacks to be private, encrypted and confined, one line each. */
export function siteFindings(templates: Templates): readonly string[] {
  const [distribution] = ofType(templates, 'AWS::CloudFront::Distribution').values();
  const config = distribution?.Properties?.DistributionConfig as DistributionConfig | undefined;
  if (config === undefined) return ['expected a distribution, found none'];
  const behaviors = [config.DefaultCacheBehavior ?? {}, ...(config.CacheBehaviors ?? [])];
  return [
    ...['/api/*', '/events/*']
      .filter((path) => !behaviors.some(({ PathPattern }) => PathPattern === path))
      .map((path) => `${path}: expected a behaviour, found none`),
    ...behaviors.flatMap((behavior) => behaviorFindings(templates, config, behavior)),
    ...[403, 404, 500, 502, 503, 504]
      .filter((status) => !isNeverRepeated(config, status))
      .map((status) => `${status}: repeated to people who have signed in since`),
    ...bucketFindings(templates),
  ];
}

const isNeverRepeated = ({ CustomErrorResponses = [] }: DistributionConfig, status: number) =>
  CustomErrorResponses.some(({ ErrorCode, ErrorCachingMinTTL }) => ErrorCode === status && ErrorCachingMinTTL === 0);

function behaviorFindings(templates: Templates, config: DistributionConfig, behavior: Behavior): readonly string[] {
  const { PathPattern: path = 'files', TargetOriginId, ViewerProtocolPolicy } = behavior;
  const origin = config.Origins?.find(({ Id }) => Id === TargetOriginId);
  const common = [
    ...(['redirect-to-https', 'https-only'].includes(ViewerProtocolPolicy ?? '')
      ? []
      : [`${path}: answers without TLS`]),
    ...(behavior.ResponseHeadersPolicyId === undefined ? [`${path}: expected security headers, found none`] : []),
  ];
  return origin?.CustomOriginConfig === undefined
    ? [...common, ...fileFindings(templates, origin, behavior)]
    : [...common, ...apiFindings(templates, origin, behavior)];
}

function fileFindings(templates: Templates, origin: Origin | undefined, behavior: Behavior): readonly string[] {
  const headers = JSON.stringify(referred(templates, behavior.ResponseHeadersPolicyId)?.Properties ?? {});
  return [
    ...(origin?.OriginAccessControlId === undefined ? ['files: CloudFront does not sign its requests'] : []),
    ...(behavior.AllowedMethods?.join() === 'GET,HEAD' ? [] : ['files: take more than GET']),
    ...["default-src 'self'; connect-src 'self' https://", "frame-ancestors 'none'", '"StrictTransportSecurity"']
      .filter((part) => !headers.includes(part.startsWith('"') ? part : JSON.stringify(part).slice(1, -1)))
      .map((part) => `files: their headers lack ${part}`),
  ];
}

function apiFindings(templates: Templates, origin: Origin, behavior: Behavior): readonly string[] {
  const path = behavior.PathPattern ?? '';
  const policy = referred(templates, behavior.CachePolicyId)?.Properties?.CachePolicyConfig as CachePolicy | undefined;
  const { HeadersConfig, QueryStringsConfig } = policy?.ParametersInCacheKeyAndForwardedToOrigin ?? {};
  return [
    ...(origin.CustomOriginConfig?.OriginProtocolPolicy === 'https-only'
      ? []
      : [`${path}: the API is asked without TLS`]),
    ...(HeadersConfig?.Headers?.includes('Authorization') ? [] : [`${path}: answers are shared by all credentials`]),
    ...(QueryStringsConfig?.QueryStringBehavior === 'all' ? [] : [`${path}: answers are shared by all queries`]),
    ...(Number(policy?.MaxTTL) <= 1 && policy?.DefaultTTL === 0 ? [] : [`${path}: answers may be old`]),
    ...(behavior.OriginRequestPolicyId === undefined ? [`${path}: headers of requests are dropped`] : []),
  ];
}

interface CachePolicy {
  readonly MaxTTL?: number;
  readonly DefaultTTL?: number;
  readonly ParametersInCacheKeyAndForwardedToOrigin?: {
    readonly HeadersConfig?: { readonly Headers?: readonly string[] };
    readonly QueryStringsConfig?: { readonly QueryStringBehavior?: string };
  };
}

/** The bucket is read by this distribution alone. */
function bucketFindings(templates: Templates): readonly string[] {
  const statements = [...ofType(templates, 'AWS::S3::BucketPolicy').values()]
    .flatMap(
      ({ Properties }) =>
        (Properties?.PolicyDocument as { readonly Statement?: readonly Statement[] } | undefined)?.Statement ?? [],
    )
    .filter(({ Principal }) => JSON.stringify(Principal).includes('cloudfront.amazonaws.com'));
  if (statements.length === 0) return ['files: CloudFront may not read them'];
  return statements.flatMap(({ Action, Condition }) => [
    ...(Action === 's3:GetObject' ? [] : [`files: CloudFront may ${JSON.stringify(Action)}`]),
    ...(JSON.stringify(Condition ?? {}).includes('AWS:SourceArn') ? [] : ['files: any distribution may read them']),
  ]);
}

interface Statement {
  readonly Action: unknown;
  readonly Principal: unknown;
  readonly Condition?: unknown;
}

function referred(templates: Templates, reference: Reference | undefined): Resource | undefined {
  const id = typeof reference === 'object' ? reference.Ref : '';
  return Object.values(templates)
    .flatMap((stack) => Object.entries(stack))
    .find(([key]) => key === id)?.[1];
}
