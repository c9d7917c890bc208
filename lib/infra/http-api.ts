import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnApi, CfnAuthorizer, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Contract } from '../contracts/contract.ts';
import { API_SCOPES } from '../derive/api-scopes.ts';
import { eventsPath, ingestedStreams } from '../derive/ingested-streams.ts';
import type { ApiAuth, Live } from './deployment.ts';
import { deploymentName, pascalCase } from './naming.ts';
import type { WeirStack } from './weir-stack.ts';

/** The credentials of a route; for a user pool, the tokens that it issues to its clients. */
export type AcceptedAuth = Exclude<ApiAuth, { kind: 'cognito' }>;

interface HttpApiProps {
  readonly live: Live;
  readonly auth: AcceptedAuth;
  readonly contracts: readonly Contract[];
  readonly read: IFunction;
  readonly ingest: IFunction;
}

/** The whole API is served at `/` and under this path. */
const BASES = ['', '/api'];

/** The burst of a route, as a multiple of its rate. */
const BURST = 2;

/**
 * The HTTP API: a route for the events of each stream, and one for everything else. Each requires a credential, so
 * later additions require one too. Rates are limited; those of writes to less than the brokers' limit on new
 * connections.
 */
export class HttpApi extends Construct {
  readonly id: string;
  readonly url: string;

  private readonly stack: WeirStack;

  /** Without routes, it answers nothing. */
  constructor(stack: WeirStack) {
    super(stack, 'HttpApi');
    this.stack = stack;
    const { deployment } = stack;
    const api = new CfnApi(this, 'Api', {
      name: deploymentName(deployment),
      description: `Weir ${deployment.name}: REST API`,
      protocolType: 'HTTP',
    });
    this.id = api.ref;
    this.url = api.attrApiEndpoint;
  }

  addRoutes({ live, auth, contracts, read, ingest }: HttpApiProps): void {
    const authorization = this.authorization(auth);
    const route = (id: string, routeKey: string, target: CfnIntegration, scopes: readonly string[]) =>
      new CfnRoute(this, id, {
        apiId: this.id,
        routeKey,
        target: `integrations/${target.ref}`,
        ...authorization(scopes),
      });
    const taking = this.integration('IngestIntegration', ingest);
    const writes = ingestedStreams(contracts).flatMap((contract) =>
      BASES.map((base) =>
        route(`Post${pascalCase(base)}${pascalCase(contract.name)}`, `POST ${base}${eventsPath(contract)}`, taking, [
          API_SCOPES.write,
          API_SCOPES.writeTo(contract.name),
        ]),
      ),
    );
    const others = route('Default', '$default', this.integration('ReadIntegration', read), [API_SCOPES.read]);
    this.addStage(live, writes).node.addDependency(others, ...writes);
  }

  private integration(id: string, fn: IFunction): CfnIntegration {
    return new CfnIntegration(this, id, {
      apiId: this.id,
      integrationType: 'AWS_PROXY',
      integrationUri: fn.functionArn,
      payloadFormatVersion: '2.0',
    });
  }

  /**
   * The authorization of a route that requires one of these scopes; with IAM, policies name each route as a resource.
   */
  private authorization(auth: AcceptedAuth) {
    switch (auth.kind) {
      case 'iam':
        return () => ({ authorizationType: 'AWS_IAM' });
      case 'jwt': {
        const authorizer = new CfnAuthorizer(this, 'Tokens', {
          apiId: this.id,
          name: 'tokens',
          authorizerType: 'JWT',
          identitySource: ['$request.header.Authorization'],
          jwtConfiguration: { issuer: auth.issuer, audience: [...auth.audience] },
        });
        return (scopes: readonly string[]) => ({
          authorizationType: 'JWT',
          authorizerId: authorizer.ref,
          authorizationScopes: [...scopes],
        });
      }
      default:
        return auth satisfies never;
    }
  }

  private addStage(live: Live, writes: readonly CfnRoute[]): CfnStage {
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: this.stack.deployment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const limits = (perSecond: number) => ({ throttlingRateLimit: perSecond, throttlingBurstLimit: BURST * perSecond });
    const { throttlingRateLimit, throttlingBurstLimit } = limits(live.writesPerSecond);
    // CloudFormation treats this as plain JSON, whose names begin with capitals; each stream has its own rate.
    const ofWrite = { ThrottlingRateLimit: throttlingRateLimit, ThrottlingBurstLimit: throttlingBurstLimit };
    return new CfnStage(this, 'Stage', {
      apiId: this.id,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: { ...limits(live.readsPerSecond), detailedMetricsEnabled: false },
      routeSettings: Object.fromEntries(writes.map(({ routeKey }) => [routeKey, ofWrite])),
      accessLogSettings: { destinationArn: logs.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
    });
  }
}

/** The access log: caller, route and status; without query and body, which may contain personal data. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  method: '$context.httpMethod',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.error.message',
};
