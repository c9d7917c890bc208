import { CfnOutput, Duration } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { IngestEnv } from '../../lambdas/ingest/env.ts';
import type { ReadEnv } from '../../lambdas/read/env.ts';
import { API_SCOPES } from '../derive/api-scopes.ts';
import { ingestedStreams } from '../derive/ingested-streams.ts';
import { packageFacts } from '../package-root.ts';
import { DashboardSite } from './dashboard-site.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { Dashboard, Deployment, Live } from './deployment.ts';
import { type AcceptedAuth, HttpApi } from './http-api.ts';
import { SignIn } from './sign-in.ts';
import type { LiveStore } from './store-stack.ts';
import type { Brokers } from './stream-stack.ts';
import { pairs, producerStatements } from './topic-source.ts';
import { WeirFunction } from './weir-function.ts';
import { WeirStack } from './weir-stack.ts';

interface ApiProps {
  readonly live: Live;
  readonly project: DeployedProject;
  readonly brokers: Brokers;
  readonly store: LiveStore;
}

/** A second less than API Gateway's timeout, so that slow requests are logged as such. */
const TIMEOUT = Duration.seconds(29);

/** The REST API, for ingesting events and reading live metrics. */
export class ApiStack extends WeirStack {
  readonly api: HttpApi;
  readonly read: WeirFunction<ReadEnv>;
  readonly ingest: WeirFunction<IngestEnv>;

  constructor(scope: Construct, deployment: Deployment, props: ApiProps) {
    super(scope, 'Api', deployment, 'REST API');
    const { live, project } = props;
    this.api = new HttpApi(this);
    const auth = this.addAuth(props);
    this.read = this.addRead(props, auth);
    this.ingest = this.addIngest(props);
    const { read, ingest } = this;
    this.api.addRoutes({ live, auth, contracts: project.contracts, read: read.fn, ingest: ingest.fn });
    for (const { fn } of [read, ingest]) this.letCall(fn);
    new CfnOutput(this, 'ApiUrl', { value: this.api.url, description: 'Where the REST API is' });
  }

  /**
   * The credentials that the API accepts, and the dashboard whose people have them. All in one stack, because each needs
   * another's address: the dashboard that of the API, its client that of the dashboard, and the API's routes the client.
   */
  private addAuth({ live: { auth, dashboard }, project }: ApiProps): AcceptedAuth {
    switch (auth.kind) {
      case 'iam':
        return auth;
      case 'jwt': {
        const { issuer } = auth;
        if (dashboard !== null) {
          const signIn = { issuer, clientId: dashboard.clientId ?? '', scope: `openid ${API_SCOPES.read}` };
          this.addDashboard(dashboard, new URL(issuer).origin).publish(signIn, project.dashboard);
        }
        return auth;
      }
      case 'cognito': {
        const signIn = new SignIn(this, { auth, contracts: project.contracts });
        const { issuer, url, clientIds } = signIn;
        if (dashboard !== null) {
          const site = this.addDashboard(dashboard, url);
          site.publish(signIn.addDashboard(site.url), project.dashboard);
        }
        return { kind: 'jwt', issuer, audience: clientIds };
      }
      default:
        return auth satisfies never;
    }
  }

  private addDashboard(settings: Dashboard, issuerOrigin: string): DashboardSite {
    const apiHost = `${this.api.id}.execute-api.${this.region}.${this.urlSuffix}`;
    return new DashboardSite(this, { settings, apiHost, issuerOrigin });
  }

  private letCall(fn: IFunction): void {
    fn.addPermission('Api', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: this.formatArn({ service: 'execute-api', resource: this.api.id, resourceName: '*/*' }),
    });
  }

  private addRead({ project, store }: ApiProps, auth: AcceptedAuth): WeirFunction<ReadEnv> {
    const { deployment } = this;
    const environment: ReadEnv = {
      ...store.variables('read'),
      API_AUTH: auth.kind === 'iam' ? 'iam' : auth.issuer,
      WEIR_TOPICS: pairs(deployment.topics),
    };
    return new WeirFunction(this, 'Read', {
      deployment,
      lambda: 'read',
      configFile: project.configFile,
      description: 'Answers the REST API',
      environment,
      beside: { 'release.json': { version: packageFacts().version }, 'examples.json': project.examples },
      // Holds a page of ten thousand groups, merged from the shards.
      memoryMegabytes: 1024,
      timeout: TIMEOUT,
      statements: [store.statement('read')],
    });
  }

  private addIngest({ project, brokers }: ApiProps): WeirFunction<IngestEnv> {
    const { deployment } = this;
    const taken = ingestedStreams(project.contracts);
    const environment: IngestEnv = { KAFKA_BROKERS: brokers.bootstrapServers, WEIR_TOPICS: pairs(deployment.topics) };
    return new WeirFunction(this, 'Ingest', {
      deployment,
      lambda: 'ingest',
      configFile: project.configFile,
      description: 'Takes events by HTTP and appends them to their topics',
      environment,
      // Holds a request's ten thousand events, decompressed, and their records.
      memoryMegabytes: 1024,
      timeout: TIMEOUT,
      place: brokers.clientPlace,
      statements: producerStatements({ deployment, brokers }, taken),
    });
  }
}
