import { describe, expect, it } from 'vitest';
import { signInFindings } from '../support/sign-in-findings.ts';
import { byUserPool, ofType, only, prod, synthesised, type Templates } from '../support/synthesised.ts';

const templates = synthesised({ live: byUserPool });

/** The templates with one resource changed by hand. */
function changed(type: string, change: (properties: Record<string, unknown>) => void): Templates {
  const copy: Templates = structuredClone(templates);
  for (const { Properties = {} } of ofType(copy, type).values()) change(Properties);
  return copy;
}

const POOL = 'AWS::Cognito::UserPool';
const CLIENT = 'AWS::Cognito::UserPoolClient';
const SCOPES = 'AWS::Cognito::UserPoolResourceServer';

describe('the user pool', () => {
  it('admits invited people with two factors, and its tokens carry the scopes of every route', () => {
    expect(signInFindings(templates)).toEqual([]);
  });

  it.each(['AdminCreateUserConfig', 'MfaConfiguration', 'EnabledMfas', 'Policies'])('without %s is found', (name) => {
    expect(signInFindings(changed(POOL, (pool) => delete pool[name]))).not.toEqual([]);
  });

  it('with a weaker password policy is found, whichever requirement is taken away', () => {
    const { PasswordPolicy } = only(templates, POOL).Policies as {
      readonly PasswordPolicy: Readonly<Record<string, unknown>>;
    };
    const requirements = Object.keys(PasswordPolicy).filter((name) => name !== 'TemporaryPasswordValidityDays');
    expect(requirements.length).toBe(5);
    for (const name of requirements) {
      const { [name]: _, ...others } = PasswordPolicy;
      const found = signInFindings(
        changed(POOL, (pool) => Object.assign(pool, { Policies: { PasswordPolicy: others } })),
      );
      expect(found.length, name).toBe(1);
    }
  });

  it('whose scopes lack that of a route is found', () => {
    const { Scopes } = only(templates, SCOPES) as { readonly Scopes: readonly { readonly ScopeName: string }[] };
    expect(Scopes.length).toBe(2 + 8);
    for (const one of Scopes) {
      const left = Scopes.filter((other) => other !== one);
      expect(signInFindings(changed(SCOPES, (server) => Object.assign(server, { Scopes: left })))).toContainEqual(
        expect.stringContaining(`the pool does not know weir/${one.ScopeName}`),
      );
    }
  });

  it.each([
    ['without a secret', { GenerateSecret: false }, /expected a secret/],
    ['with tokens in addresses', { AllowedOAuthFlows: ['implicit'] }, /hands tokens out in addresses/],
    ['without scopes', { AllowedOAuthFlowsUserPoolClient: false }, /have no scopes/],
    ['with a scope that nobody issues', { AllowedOAuthScopes: ['weir/admin'] }, /does not know weir\/admin/],
  ])('with a client of programs %s is found', (_, change, finding) => {
    expect(signInFindings(changed(CLIENT, (client) => Object.assign(client, change)))).toContainEqual(
      expect.stringMatching(finding),
    );
  });

  it('outlives its stack, and cannot be deleted by hand, where data is kept', () => {
    const [pool] = ofType(templates, POOL).values();
    expect(pool).toMatchObject({ DeletionPolicy: 'Delete', Properties: { DeletionProtection: 'INACTIVE' } });
    const [kept] = ofType(synthesised({ ...prod, live: byUserPool }), POOL).values();
    expect(kept).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtection: 'ACTIVE' },
    });
  });

  it('has a domain of its own in each account', () => {
    expect(only(templates, 'AWS::Cognito::UserPoolDomain')).toMatchObject({
      Domain: { 'Fn::Join': ['', ['weir-dev-', { Ref: 'AWS::AccountId' }]] },
      ManagedLoginVersion: 2,
    });
  });

  it('is there only where the API takes its tokens', () => {
    expect(ofType(synthesised(), POOL).size).toBe(0);
  });
});
