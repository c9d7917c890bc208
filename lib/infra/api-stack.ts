import { CfnOutput, Duration } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { IngestEnv } from '../../lambdas/ingest/env.ts';
import type { ReadEnv } from '../../lambdas/read/env.ts';
import type { Contract } from '../contracts/contract.ts';
import { ingestedStreams } from '../derive/ingested-streams.ts';
import { packageFacts } from '../package-root.ts';
import type { DeployedProject } from './deployed-project.ts';
import type { ApiAuth, Deployment, IssuedTokens, Live } from './deployment.ts';
import { HttpApi } from './http-api.ts';
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
    const { contracts } = project;
    const auth = live.auth.kind === 'cognito' ? this.addSignIn(live.auth, contracts) : live.auth;
    this.read = this.addRead(props, auth);
    this.ingest = this.addIngest(props);
    const { read, ingest } = this;
    this.api = new HttpApi(this, { live, auth, contracts, read: read.fn, ingest: ingest.fn });
    for (const { fn } of [read, ingest]) this.letCall(fn);
    new CfnOutput(this, 'ApiUrl', { value: this.api.url, description: 'Where the REST API is' });
  }

  private letCall(fn: IFunction): void {
    fn.addPermission('Api', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: this.formatArn({ service: 'execute-api', resource: this.api.id, resourceName: '*/*' }),
    });
  }

  /** The tokens of its user pool. */
  private addSignIn(auth: Extract<ApiAuth, { kind: 'cognito' }>, contracts: readonly Contract[]): IssuedTokens {
    const { issuer, clientIds } = new SignIn(this, { auth, contracts });
    return { kind: 'jwt', issuer, audience: clientIds };
  }

  private addRead({ project, store }: ApiProps, auth: IssuedTokens | { readonly kind: 'iam' }): WeirFunction<ReadEnv> {
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
