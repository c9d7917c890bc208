import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Probe } from '../../derive/probe.ts';
import type { Clock } from '../../pipeline/ports.ts';
import { athenaQuery } from './athena-query.ts';
import { clientDefaults } from './client-defaults.ts';
import { countedRecords } from './counted-records.ts';
import { invoke } from './invoke-function.ts';
import { mappingsOf, stackOutputs } from './running-functions.ts';

interface AwsDeploymentOptions {
  readonly region: string;
  /** The stack whose outputs name the functions. */
  readonly stack: string;
  /** The stack of the REST API; its output `ApiUrl` is the API's address. */
  readonly apiStack: string;
  /** A bearer token for the REST API; if null, requests are signed. */
  readonly apiToken: string | null;
  /** The output that names a function of `lambdas/`. */
  readonly outputOf: (lambda: string) => string;
  /** Athena's workgroup. */
  readonly workgroup: string;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** The longest that a function can run. TCP keep-alive holds the idle connection open. */
const MAX_CALL_MS = 900_000;

/** A running deployment, accessed with the environment's credentials. `close` ends the connections. */
export function awsDeployment(deployment: AwsDeploymentOptions) {
  const { region, stack, apiStack, apiToken, outputOf, workgroup, clock } = deployment;
  const options = { ...clientDefaults, region };
  const clients = {
    athena: new AthenaClient(options),
    stacks: new CloudFormationClient(options),
    lambda: new LambdaClient(options),
    calls: new LambdaClient({
      ...options,
      maxAttempts: 1,
      requestHandler: { ...options.requestHandler, socketTimeout: MAX_CALL_MS },
    }),
  };
  let outputs: Promise<ReadonlyMap<string, string>> | undefined;
  const nameOf = async (lambda: string) => {
    outputs ??= stackOutputs(clients.stacks, stack);
    const name = (await outputs).get(outputOf(lambda));
    if (name !== undefined) return name;
    const expected = `expected an output ${outputOf(lambda)}, found none`;
    throw new Error(`stack ${stack}: ${expected}; deploy this version first`);
  };
  const call = async <T>(lambda: string, event: object): Promise<T> =>
    (await invoke(clients.calls, await nameOf(lambda), event)) as T;
  return {
    mappings: async (reader: string) => mappingsOf(clients.lambda, await nameOf(reader)),
    sendProbe: (id: string) => call<Probe>('generate', { probe: id }),
    queryLake: athenaQuery({ client: clients.athena, workgroup, clock }),
    async newestCounted() {
      const url = (await stackOutputs(clients.stacks, apiStack)).get('ApiUrl');
      if (url === undefined)
        throw new Error(`stack ${apiStack}: expected an output ApiUrl, found none; deploy it first`);
      const { credentials } = clients.lambda.config;
      return countedRecords(url, apiToken === null ? { region, credentials } : { token: apiToken });
    },
    async runModels(probe: Probe) {
      const scheduledTime = new Date(clock.now()).toISOString();
      const result = await call<TransformAnswer>('transform', { scheduledTime, lookBackHours: HOURS, probe });
      const failures = result.failures.map(({ model, message }) => `${model}: ${message}`);
      return { failures, cutShort: result.cutShort, found: result.probe ?? null };
    },
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** The open hour and the previous one: a probe may have been sent in its last seconds. */
const HOURS = 2;

/** The part of the transform function's answer that is used. */
interface TransformAnswer {
  readonly failures: readonly { readonly model: string; readonly message: string }[];
  readonly cutShort: boolean;
  readonly probe?: { readonly streams: readonly string[]; readonly unpublished: readonly string[] };
}
