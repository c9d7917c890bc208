import { type LocalServer, localServer } from './json-server.ts';

export interface EmulatedMapping {
  readonly topic: string;
  readonly state: string;
  readonly lastResult: string;
}

export interface EmulatedFunctions {
  /** Calls a function by its name. @throws the error of its handler */
  call(name: string, event: unknown): Promise<unknown>;
  mappings(name: string): readonly EmulatedMapping[];
  /** The outputs of the deployment's stack, by name. */
  readonly outputs: Readonly<Record<string, string>>;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;
const MAPPINGS = /^\/2015-03-31\/event-source-mappings/;

/**
 * A test server for the requests of `weir verify` to Lambda (REST) and CloudFormation (query protocol), according to
 * the SDK's models.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function startLambdaPlane({ call, mappings, outputs }: EmulatedFunctions): Promise<LocalServer> {
  return localServer(async ({ url = '' }, body, response) => {
    const [, invoked] = INVOKE.exec(url) ?? [];
    if (invoked !== undefined) {
      try {
        const result = await call(decodeURIComponent(invoked), JSON.parse(body.toString()));
        response.writeHead(200).end(JSON.stringify(result));
      } catch (error) {
        const errorMessage = error instanceof Error ? error.message : String(error);
        response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(JSON.stringify({ errorMessage }));
      }
      return;
    }
    if (MAPPINGS.test(url)) {
      const name = new URL(url, 'http://lambda').searchParams.get('FunctionName') ?? '';
      const found = mappings(name).map(({ topic, state, lastResult }) => ({
        UUID: topic,
        Topics: [topic],
        State: state,
        LastProcessingResult: lastResult,
      }));
      response.writeHead(200).end(JSON.stringify({ EventSourceMappings: found }));
      return;
    }
    const members = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const name = new URLSearchParams(body.toString()).get('StackName');
    const stack = `<member><StackName>${name}</StackName><Outputs>${members.join('')}</Outputs></member>`;
    const result = `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`;
    response.writeHead(200).end(`<DescribeStacksResponse>${result}</DescribeStacksResponse>`);
  });
}
