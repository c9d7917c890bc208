import { ofType, type Templates } from './synthesised.ts';

interface RouteSettings {
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
}

/** Each route that admits requests without a credential, a scope or a rate limit, one line each. */
export function apiFindings(templates: Templates): readonly string[] {
  const authorizers = [...ofType(templates, 'AWS::ApiGatewayV2::Authorizer').keys()];
  const [stage] = ofType(templates, 'AWS::ApiGatewayV2::Stage').values();
  const { DefaultRouteSettings, RouteSettings = {} } = (stage?.Properties ?? {}) as {
    readonly DefaultRouteSettings?: RouteSettings;
    readonly RouteSettings?: Readonly<Record<string, RouteSettings>>;
  };
  return [...ofType(templates, 'AWS::ApiGatewayV2::Route').values()].flatMap(({ Properties = {} }) => {
    const key = String(Properties.RouteKey);
    const settings = key === '$default' ? DefaultRouteSettings : RouteSettings[key];
    return [...credentialFindings(key, Properties, authorizers), ...(isLimited(settings) ? [] : [noRate(key)])];
  });
}

const noRate = (key: string) => `${key}: expected a rate, found none`;

const isLimited = (settings: RouteSettings | undefined) =>
  (settings?.ThrottlingRateLimit ?? 0) > 0 && (settings?.ThrottlingBurstLimit ?? 0) > 0;

function credentialFindings(
  key: string,
  { AuthorizationType, AuthorizerId, AuthorizationScopes }: Readonly<Record<string, unknown>>,
  authorizers: readonly string[],
): readonly string[] {
  if (AuthorizationType === 'AWS_IAM') return [];
  const { Ref = '' } = (AuthorizerId ?? {}) as { readonly Ref?: string };
  if (AuthorizationType !== 'JWT' || !authorizers.includes(Ref)) return [`${key}: expected a credential, found none`];
  const hasScope = Array.isArray(AuthorizationScopes) && AuthorizationScopes.length > 0;
  return hasScope ? [] : [`${key}: expected a scope, found none`];
}
