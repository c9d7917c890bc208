import { CfnOutput, Stack } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  CfnUserPool,
  CfnUserPoolClient,
  CfnUserPoolDomain,
  CfnUserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Contract } from '../contracts/contract.ts';
import { API_SCOPES } from '../derive/api-scopes.ts';
import type { SignInConfig } from '../derive/dashboard-config.ts';
import { ingestedStreams } from '../derive/ingested-streams.ts';
import { acknowledge } from './acknowledge.ts';
import type { ApiAuth } from './deployment.ts';
import { deploymentName } from './naming.ts';
import type { WeirStack } from './weir-stack.ts';

interface SignInProps {
  readonly auth: Extract<ApiAuth, { kind: 'cognito' }>;
  readonly contracts: readonly Contract[];
}

const MIN_PASSWORD_CHARACTERS = 14;
/** An invitation's password is valid for as long. */
const INVITATION_DAYS = 7;

/** A stolen access token is valid for at most an hour; people sign in once a day. */
const TOKEN_MINUTES = 60;
const SIGNED_IN_HOURS = 12;

/**
 * A Cognito user pool for the API: people are invited by an administrator and sign in on Cognito's own pages, with a
 * password and a code of an authenticator app. Its access tokens carry the scopes that the API's routes require.
 */
export class SignIn extends Construct {
  /** The issuer of the pool's tokens. */
  readonly issuer: string;
  /** The address of the pages, and of the token endpoint. */
  readonly url: string;
  /** The ids of the clients, whose tokens the API accepts. */
  readonly clientIds: string[];

  private readonly pool: CfnUserPool;
  private readonly scopes: CfnUserPoolResourceServer;

  constructor(stack: WeirStack, { auth, contracts }: SignInProps) {
    super(stack, 'SignIn');
    this.pool = this.addPool(stack);
    this.issuer = `https://cognito-idp.${stack.region}.amazonaws.com/${this.pool.ref}`;
    // Prefixes are unique within a region, across all accounts.
    const domain = new CfnUserPoolDomain(this, 'Domain', {
      userPoolId: this.pool.ref,
      domain: `${deploymentName(stack.deployment)}-${stack.account}`,
      managedLoginVersion: 2,
    });
    this.url = `https://${domain.ref}.auth.${stack.region}.amazoncognito.com`;
    this.scopes = this.addScopes(contracts);
    this.clientIds = auth.programs ? [this.addPrograms().ref] : [];
    new CfnOutput(stack, 'SignInUrl', { value: this.url, description: 'Where tokens come from' });
    new CfnOutput(stack, 'UserPoolId', { value: this.pool.ref, description: 'The people who may use the API' });
  }

  /**
   * Adds the dashboard's client, with which people read.
   * @param site `https://d111111abcdef8.cloudfront.net`
   */
  addDashboard(site: string): SignInConfig {
    const address = `${site}/dashboard/`;
    const scopes = ['openid', API_SCOPES.read];
    const client = new CfnUserPoolClient(this, 'People', {
      userPoolId: this.pool.ref,
      clientName: 'dashboard',
      generateSecret: false,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ['code'],
      allowedOAuthScopes: scopes,
      supportedIdentityProviders: ['COGNITO'],
      callbackUrLs: [address],
      logoutUrLs: [address],
      explicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      preventUserExistenceErrors: 'ENABLED',
      enableTokenRevocation: true,
      accessTokenValidity: TOKEN_MINUTES,
      idTokenValidity: TOKEN_MINUTES,
      refreshTokenValidity: SIGNED_IN_HOURS,
      tokenValidityUnits: { accessToken: 'minutes', idToken: 'minutes', refreshToken: 'hours' },
    });
    client.addResourceDependency(this.scopes);
    // The current version of the pages is shown only to clients with a style.
    new CfnManagedLoginBranding(this, 'Style', {
      userPoolId: this.pool.ref,
      clientId: client.ref,
      useCognitoProvidedValues: true,
    });
    this.clientIds.push(client.ref);
    return {
      issuer: this.issuer,
      clientId: client.ref,
      scope: scopes.join(' '),
      // Cognito serves its discovery document from another host than these.
      endpoints: {
        authorization_endpoint: `${this.url}/oauth2/authorize`,
        token_endpoint: `${this.url}/oauth2/token`,
        end_session_endpoint: `${this.url}/logout`,
      },
      signOutParameters: { client_id: client.ref, logout_uri: address },
    };
  }

  private addPool({ deployment, dataRemoval }: WeirStack): CfnUserPool {
    const pool = new CfnUserPool(this, 'Pool', {
      userPoolName: deploymentName(deployment),
      // The tier of the hosted pages' current version.
      userPoolTier: 'ESSENTIALS',
      deletionProtection: deployment.keepData ? 'ACTIVE' : 'INACTIVE',
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      usernameAttributes: ['email'],
      autoVerifiedAttributes: ['email'],
      accountRecoverySetting: { recoveryMechanisms: [{ name: 'verified_email', priority: 1 }] },
      mfaConfiguration: 'ON',
      enabledMfas: ['SOFTWARE_TOKEN_MFA'],
      policies: {
        passwordPolicy: {
          minimumLength: MIN_PASSWORD_CHARACTERS,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: true,
          temporaryPasswordValidityDays: INVITATION_DAYS,
        },
      },
    });
    pool.applyRemovalPolicy(dataRemoval);
    acknowledge(
      pool,
      'COG8',
      'Threat protection needs the Plus tier, at $0.02 a person and month; every sign-in has a second factor instead.',
    );
    return pool;
  }

  private addScopes(contracts: readonly Contract[]): CfnUserPoolResourceServer {
    const [identifier = '', read = ''] = API_SCOPES.read.split('/');
    const scope = (name: string, scopeDescription: string) => ({
      scopeName: name.slice(identifier.length + 1),
      scopeDescription,
    });
    return new CfnUserPoolResourceServer(this, 'Scopes', {
      userPoolId: this.pool.ref,
      identifier,
      name: 'Weir',
      scopes: [
        { scopeName: read, scopeDescription: 'Read live metrics and the state of the pipeline' },
        scope(API_SCOPES.write, 'Send events to every stream'),
        ...ingestedStreams(contracts).map(({ name }) => scope(API_SCOPES.writeTo(name), `Send events to ${name}`)),
      ],
    });
  }

  /** One client for programs, which exchange its secret for tokens. */
  private addPrograms(): CfnUserPoolClient {
    const client = new CfnUserPoolClient(this, 'Programs', {
      userPoolId: this.pool.ref,
      clientName: 'programs',
      generateSecret: true,
      allowedOAuthFlowsUserPoolClient: true,
      allowedOAuthFlows: ['client_credentials'],
      allowedOAuthScopes: [API_SCOPES.read, API_SCOPES.write],
      accessTokenValidity: TOKEN_MINUTES,
      tokenValidityUnits: { accessToken: 'minutes' },
    });
    client.addResourceDependency(this.scopes);
    new CfnOutput(Stack.of(this), 'ProgramsClientId', { value: client.ref, description: 'The client of programs' });
    return client;
  }
}
