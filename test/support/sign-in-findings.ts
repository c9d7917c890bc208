import { ofType, type Templates } from './synthesised.ts';

interface Client {
  readonly GenerateSecret?: boolean;
  readonly AllowedOAuthFlows?: readonly string[];
  readonly AllowedOAuthScopes?: readonly string[];
  readonly AllowedOAuthFlowsUserPoolClient?: boolean;
}

/** Everything that a user pool lacks for its tokens to be worth trusting, one line each. */
export function signInFindings(templates: Templates): readonly string[] {
  return [...poolFindings(templates), ...clientFindings(templates), ...scopeFindings(templates)];
}

const properties = (templates: Templates, type: string) =>
  [...ofType(templates, type).values()].map(({ Properties = {} }) => Properties);

function poolFindings(templates: Templates): readonly string[] {
  const [pool] = properties(templates, 'AWS::Cognito::UserPool');
  if (pool === undefined) return ['expected a user pool, found none'];
  const { AdminCreateUserConfig, MfaConfiguration, EnabledMfas, Policies } = pool as {
    readonly AdminCreateUserConfig?: { readonly AllowAdminCreateUserOnly?: boolean };
    readonly MfaConfiguration?: string;
    readonly EnabledMfas?: readonly string[];
    readonly Policies?: { readonly PasswordPolicy?: Readonly<Record<string, unknown>> };
  };
  const { MinimumLength, ...requirements } = Policies?.PasswordPolicy ?? {};
  return [
    ...(AdminCreateUserConfig?.AllowAdminCreateUserOnly === true ? [] : ['anybody may sign up']),
    ...(MfaConfiguration === 'ON' ? [] : ['a password alone is enough']),
    // A code by SMS would need a role, and costs.
    ...(EnabledMfas?.join() === 'SOFTWARE_TOKEN_MFA' ? [] : ['expected authenticator apps as second factor']),
    ...(Number(MinimumLength) >= 12 ? [] : ['passwords may be short']),
    ...['RequireLowercase', 'RequireUppercase', 'RequireNumbers', 'RequireSymbols']
      .filter((name) => requirements[name] !== true)
      .map((name) => `passwords: expected ${name}`),
  ];
}

function clientFindings(templates: Templates): readonly string[] {
  const clients = [...ofType(templates, 'AWS::Cognito::UserPoolClient')];
  const issued = issuedScopes(templates);
  return clients.flatMap(([id, { Properties }]) => {
    const { GenerateSecret = false, AllowedOAuthFlows = [], ...client } = (Properties ?? {}) as Client;
    const { AllowedOAuthScopes = [], AllowedOAuthFlowsUserPoolClient } = client;
    const unknown = AllowedOAuthScopes.filter((scope) => scope !== 'openid' && !issued.includes(scope));
    return [
      ...(AllowedOAuthFlowsUserPoolClient === true ? [] : [`${id}: its tokens have no scopes`]),
      ...(AllowedOAuthFlows.includes('implicit') ? [`${id}: hands tokens out in addresses`] : []),
      ...(AllowedOAuthFlows.includes('client_credentials') && !GenerateSecret ? [`${id}: expected a secret`] : []),
      ...(AllowedOAuthFlows.includes('code') && GenerateSecret ? [`${id}: a browser cannot keep a secret`] : []),
      ...(AllowedOAuthFlows.length === 1
        ? []
        : [`${id}: expected one flow, found ${AllowedOAuthFlows.join() || 'none'}`]),
      ...unknown.map((scope) => `${id}: the pool does not know ${scope}`),
    ];
  });
}

/** A route whose scope the pool does not know is closed to everybody. */
function scopeFindings(templates: Templates): readonly string[] {
  const issued = issuedScopes(templates);
  return properties(templates, 'AWS::ApiGatewayV2::Route').flatMap(({ RouteKey, AuthorizationScopes = [] }) =>
    (AuthorizationScopes as readonly string[])
      .filter((scope) => !issued.includes(scope))
      .map((scope) => `${RouteKey}: the pool does not know ${scope}`),
  );
}

const issuedScopes = (templates: Templates) =>
  properties(templates, 'AWS::Cognito::UserPoolResourceServer').flatMap(({ Identifier, Scopes }) =>
    (Scopes as readonly { readonly ScopeName: string }[]).map(({ ScopeName }) => `${Identifier}/${ScopeName}`),
  );
