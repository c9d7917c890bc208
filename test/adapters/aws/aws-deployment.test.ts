import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsDeployment } from '../../../lib/adapters/aws/aws-deployment.ts';
import { functionOutput } from '../../../lib/infra/naming.ts';
import { type ScriptedAnswer, scriptedHttpServer } from '../../support/scripted-http-server.ts';

const server = await scriptedHttpServer();
afterAll(() => server.stop());

const id = '0190a5f2-0000-4000-8000-0123456789ab';
const probe = { id, sentMs: 0, streams: ['shop.purchases'] };
const json = (value: unknown, headers = {}): ScriptedAnswer => ({ status: 200, headers, body: JSON.stringify(value) });
const refused: ScriptedAnswer = {
  status: 400,
  body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
};
const functionFailed = { 'x-amz-function-error': 'Unhandled' };

const outputs = (...names: readonly string[]): ScriptedAnswer => ({
  status: 200,
  body: outputsXml(names.map((name) => [name, `of-${name}`])),
});
function outputsXml(entries: readonly (readonly [string, string])[]): string {
  const members = entries.map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stacks = `<Stacks><member><Outputs>${members.join('')}</Outputs></member></Stacks>`;
  return `<DescribeStacksResponse><DescribeStacksResult>${stacks}</DescribeStacksResult></DescribeStacksResponse>`;
}
const all = outputs('SinkFunction', 'GenerateFunction', 'TransformFunction');

let slept: number[] = [];
const options = {
  region: 'eu-west-1',
  stack: 'WeirDevProcessing',
  apiStack: 'WeirDevApi',
  apiToken: null,
  outputOf: functionOutput,
  workgroup: 'weir-dev',
  clock: { now: () => Date.UTC(2026, 0, 31, 13, 5), sleep: async (ms: number) => void slept.push(ms) },
};
let deployment: ReturnType<typeof awsDeployment>;
beforeEach(() => {
  slept = [];
  vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'testing');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testing');
  deployment = awsDeployment(options);
});
afterEach(() => deployment.close());

describe('a function of a deployment', () => {
  it('is called by the name that its stack says, which is asked once', async () => {
    server.plan(all, json(probe));
    expect(await deployment.sendProbe(id)).toEqual(probe);
    expect(await deployment.sendProbe(id)).toEqual(probe);
    const [stack, first, second] = server.requests();
    expect(stack?.body).toContain('StackName=WeirDevProcessing');
    expect(first).toMatchObject({ method: 'POST', body: JSON.stringify({ probe: id }) });
    expect([first?.url, second?.url]).toEqual(
      Array(2).fill(expect.stringMatching(/^\/2015-03-31\/functions\/of-GenerateFunction\/invocations/)),
    );
  });

  it('that its stack does not name is deployed first', async () => {
    server.plan(outputs('SinkFunction'));
    await expect(deployment.sendProbe(id)).rejects.toThrow(
      'stack WeirDevProcessing: expected an output GenerateFunction, found none; deploy this version first',
    );
  });

  it('that fails says why, and is not called again', async () => {
    server.plan(all, json({ errorMessage: 'no broker' }, functionFailed));
    await expect(deployment.sendProbe(id)).rejects.toThrow(
      /Lambda Invoke of of-GenerateFunction .*function failed: no broker/,
    );
    expect(server.requests()).toHaveLength(2);
  });

  it('that may not be called says what to do', async () => {
    server.plan(all, refused);
    await expect(deployment.sendProbe(id)).rejects.toThrow(
      /AccessDeniedException, HTTP 400\).*grant the role this action/,
    );
  });
});

it('mappings are those of all pages', async () => {
  const mapping = (topic: string) => ({ Topics: [topic], State: 'Enabled', LastProcessingResult: 'OK' });
  server.plan(
    all,
    json({ EventSourceMappings: [mapping('shop.purchases')], NextMarker: 'more' }),
    json({ EventSourceMappings: [mapping('chat.rooms')] }),
  );
  expect(await deployment.mappings('sink')).toEqual(
    ['shop.purchases', 'chat.rooms'].map((topic) => ({ topic, state: 'Enabled', lastResult: 'OK' })),
  );
  expect(server.requests()[2]?.url).toContain('FunctionName=of-SinkFunction');
});

describe('the newest records that are counted', () => {
  const api = { status: 200, body: outputsXml([['ApiUrl', server.endpoint]]) };
  const streams = [
    { stream: 'a', newest: '2026-01-31T13:00:00.000Z' },
    { stream: 'b', newest: null },
  ];

  it('are asked of the API by a signed request', async () => {
    server.plan(api, json({ streams }));
    expect(await deployment.newestCounted()).toEqual(new Map([['a', Date.UTC(2026, 0, 31, 13)]]));
    const [, request] = server.requests();
    expect(request?.url).toBe('/status');
    expect(request?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=testing\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=host;/,
    );
  });

  it('are asked with a token where the API wants one', async () => {
    server.plan(api, json({ streams }));
    const other = awsDeployment({ ...options, apiToken: 'secret' });
    await other.newestCounted();
    other.close();
    expect(server.requests()[1]?.headers.authorization).toBe('Bearer secret');
  });

  it('are an error with the API’s answer where it refuses', async () => {
    server.plan(api, { status: 403, body: '{"message":"Forbidden"}' });
    await expect(deployment.newestCounted()).rejects.toThrow(/\/status: expected HTTP 200, found 403: .*Forbidden/);
  });
});

describe('a run of the models', () => {
  it('is over the open hour and the one before, and answers what the warehouse shows', async () => {
    const found = { streams: ['shop.purchases'], unpublished: [] };
    server.plan(all, json({ failures: [], cutShort: false, probe: found }));
    expect(await deployment.runModels(probe)).toEqual({ failures: [], cutShort: false, found });
    expect(JSON.parse(server.requests()[1]?.body ?? '')).toEqual({
      scheduledTime: '2026-01-31T13:05:00.000Z',
      lookBackHours: 2,
      probe,
    });
  });

  it('names the models that failed', async () => {
    server.plan(all, json({ failures: [{ model: 'analytics.rooms', message: 'no column' }], cutShort: false }));
    expect(await deployment.runModels(probe)).toEqual({
      failures: ['analytics.rooms: no column'],
      cutShort: false,
      found: null,
    });
  });
});

describe('a query in Athena', () => {
  const state = (State: string, StateChangeReason?: string) =>
    json({ QueryExecution: { Status: { State, StateChangeReason } } });
  const started = json({ QueryExecutionId: 'q' });
  const page = (rows: readonly (readonly (string | undefined)[])[], NextToken?: string) =>
    json({
      NextToken,
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: [{ Name: 'stream' }, { Name: 'reason' }] },
        Rows: rows.map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })),
      },
    });

  it('is asked for until it has ended; its rows are those of all pages, without the header', async () => {
    server.plan(
      started,
      state('QUEUED'),
      state('RUNNING'),
      state('SUCCEEDED'),
      page(
        [
          ['stream', 'reason'],
          ['a', undefined],
        ],
        'n',
      ),
      page([['b', 'x']]),
    );
    expect(await deployment.queryLake('select 1')).toEqual([
      { stream: 'a', reason: null },
      { stream: 'b', reason: 'x' },
    ]);
    expect(slept).toHaveLength(2);
    expect(JSON.parse(server.requests()[0]?.body ?? '')).toMatchObject({
      QueryString: 'select 1',
      WorkGroup: 'weir-dev',
    });
  });

  it.each(['FAILED', 'CANCELLED'])('that has %s says why', async (end) => {
    server.plan(started, state(end, 'TABLE_NOT_FOUND: lake.x'));
    await expect(deployment.queryLake('select 1')).rejects.toThrow(
      new RegExp(`Athena query of workgroup weir-dev .*the query ${end.toLowerCase()}: TABLE_NOT_FOUND: lake\\.x`),
    );
  });

  it('that is refused says what to do', async () => {
    server.plan(refused);
    await expect(deployment.queryLake('select 1')).rejects.toThrow(/grant the role this action/);
  });
});
