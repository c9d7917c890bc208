/**
 * A test server that implements the JSON protocol of the Redshift Data API according to the SDK's model, and runs the
 * statements on a real PostgreSQL, translated by `redshift-on-postgres.ts`. It verifies the protocol, the transactions,
 * and SQL that both interpret alike; it cannot verify Redshift itself.
 * @see https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryArrayResult } from 'pg';
import { replaceParameters } from '../../../lib/pipeline/transform/sql-text.ts';
import { withoutExternalSchema } from './external-schema.ts';
import { onPostgres, redshiftObjects } from './redshift-on-postgres.ts';
import type { Stoppable } from './requirement.ts';

/** A failure of the next request of an operation, or of the next statement that runs. */
type PlannedFailure =
  | { readonly operation: string; readonly status: number; readonly type: string; readonly afterwards?: boolean }
  | { readonly operation: 'run'; readonly end: 'ABORTED' | 'slow' };

export interface DataApi extends Stoppable {
  readonly endpoint: string;
  /** The requested operations, in order. */
  readonly asked: readonly string[];
  /** Each failure happens once; several happen in the order in which they were planted. */
  plant(failure: PlannedFailure): void;
}

interface Request {
  readonly Id?: string;
  readonly Sql?: string;
  readonly Sqls?: readonly string[];
  readonly Parameters?: readonly { readonly name: string; readonly value: string }[];
  readonly ClientToken?: string;
  readonly NextToken?: string;
  readonly WaitTimeSeconds?: number;
}

interface Run {
  readonly id: string;
  readonly url: string;
  readonly client: Client;
  readonly parts: { Id: string; Status: string; Error?: string }[];
  /** The id of PostgreSQL's process, once connected. */
  pid?: number;
  status: string;
  error?: string;
  result?: QueryArrayResult;
  done: Promise<void>;
}

class Refused extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

const ROWS_A_PAGE = 100;
const LONGS = new Set([20, 21, 23]);
const DOUBLES = new Set([700, 701]);

export async function startDataApi(url: string): Promise<DataApi> {
  await prepared(url);
  const runs = new Map<string, Run>();
  const tokens = new Map<string, Run>();
  const failures: PlannedFailure[] = [];
  const asked: string[] = [];

  const take = (wanted: (failure: PlannedFailure) => boolean): PlannedFailure | undefined => {
    const at = failures.findIndex(wanted);
    return at === -1 ? undefined : failures.splice(at, 1)[0];
  };
  const begin = (request: Request): Run => {
    const known = request.ClientToken === undefined ? undefined : tokens.get(request.ClientToken);
    if (known !== undefined) return known;
    const statements = bound(request);
    const planned = take((failure) => failure.operation === 'run' && 'end' in failure);
    const run = started(url, statements, planned !== undefined && 'end' in planned ? planned.end : undefined);
    runs.set(run.id, run);
    if (request.ClientToken !== undefined) tokens.set(request.ClientToken, run);
    return run;
  };
  const runOf = ({ Id = '' }: Request): Run => {
    const run = runs.get(Id);
    if (run === undefined) throw new Refused('ResourceNotFoundException', 'Query does not exist.');
    return run;
  };
  const answer = async (operation: string, request: Request): Promise<unknown> => {
    if (operation === 'BatchExecuteStatement' || operation === 'ExecuteStatement') return { Id: begin(request).id };
    const run = runOf(request);
    if (operation === 'DescribeStatement') return description(run, request.WaitTimeSeconds ?? 0);
    if (operation === 'GetStatementResult') return page(run, Number(request.NextToken ?? 0));
    if (operation === 'CancelStatement') return cancelled(run);
    throw new Refused('UnknownOperationException', `${operation} is not known here`);
  };

  const server = createServer(async (message, response) => {
    const operation = String(message.headers['x-amz-target']).replace(/^RedshiftData\./, '');
    asked.push(operation);
    try {
      const request = await bodyOf(message);
      const planned = take((failure) => failure.operation === operation && 'status' in failure);
      const failure = planned !== undefined && 'status' in planned ? planned : undefined;
      const refusal = failure && new Refused(failure.type, 'planted', failure.status);
      if (refusal !== undefined && failure?.afterwards !== true) throw refusal;
      const body = JSON.stringify(await answer(operation, request));
      if (refusal !== undefined) throw refusal;
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    } catch (error) {
      const { type, status } = error instanceof Refused ? error : { type: 'InternalServerException', status: 500 };
      const body = JSON.stringify({ __type: type, message: error instanceof Error ? error.message : String(error) });
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port, found none');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked,
    plant: (failure) => failures.push(failure),
    async stop() {
      server.closeAllConnections();
      server.close();
      await Promise.all([...runs.values()].map(cancelled));
      await Promise.all([...runs.values()].map(({ done }) => done));
    },
  };
}

async function prepared(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const sql of redshiftObjects) await client.query(sql);
  await client.end();
}

async function bodyOf(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** The statements with positional parameters. @throws Refused like the Data API, before anything runs */
function bound({ Sql, Sqls = [Sql ?? ''], Parameters = [] }: Request): { sql: string; values: string[] }[] {
  if (Sqls.length < 1 || Sqls.length > 40) throw new Refused('ValidationException', 'Sqls must have 1 to 40 members');
  const used = new Set<string>();
  const statements = Sqls.map((text) => {
    const values: string[] = [];
    const sql = replaceParameters(onPostgres(withoutExternalSchema(text)), (name) => {
      const parameter = Parameters.find((one) => one.name === name);
      if (parameter === undefined) throw new Refused('ValidationException', `Parameter ${name} is missing`);
      used.add(name);
      return `$${values.push(parameter.value)}::text`;
    });
    return { sql, values };
  });
  const unused = Parameters.find(({ name }) => !used.has(name));
  if (unused !== undefined) throw new Refused('ValidationException', `Parameter ${unused.name} is never used`);
  return statements;
}

function started(url: string, statements: { sql: string; values: string[] }[], end?: 'ABORTED' | 'slow'): Run {
  const id = randomUUID();
  const parts = statements.map((_, index) => ({ Id: `${id}:${index + 1}`, Status: 'SUBMITTED' }));
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  const run: Run = { id, url, client, parts, status: 'STARTED', done: Promise.resolve() };
  run.done = perform(run, statements, end).finally(() => client.end().catch(() => undefined));
  return run;
}

async function perform(run: Run, statements: { sql: string; values: string[] }[], end?: 'ABORTED' | 'slow') {
  const { client, parts } = run;
  let index = 0;
  try {
    await client.connect();
    run.pid = (await client.query('select pg_backend_pid() as pid')).rows[0]?.pid;
    await client.query('begin');
    for (; index < statements.length; index++) {
      const { sql = '', values = [] } = statements[index] ?? {};
      run.result = await client.query({ text: sql, values, rowMode: 'array', types: { getTypeParser: () => String } });
      const part = parts[index];
      if (part !== undefined) part.Status = 'FINISHED';
    }
    if (end === 'slow') await client.query('select pg_sleep(60)');
    if (end === 'ABORTED') throw new Refused('ABORTED', 'cancelled by user');
    await client.query('commit');
    run.status = 'FINISHED';
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    run.status = error instanceof Refused || run.status === 'ABORTED' ? 'ABORTED' : 'FAILED';
    run.error = `ERROR: ${error instanceof Error ? error.message : error}`;
    for (const later of parts.slice(index)) later.Status = 'ABORTED';
    const part = parts[index];
    if (part !== undefined) Object.assign(part, { Status: run.status, Error: run.error });
  }
}

async function description(run: Run, waitSeconds: number) {
  await Promise.race([run.done, sleep(waitSeconds * 1_000, undefined, { ref: false })]);
  const isBatch = run.parts.length > 1;
  return {
    Id: run.id,
    Status: run.status,
    ...(run.error === undefined ? {} : { Error: run.error }),
    HasResultSet: (run.result?.fields.length ?? 0) > 0,
    ...(isBatch ? { SubStatements: run.parts } : {}),
  };
}

function page({ result, status }: Run, from: number) {
  if (status !== 'FINISHED' || result === undefined) throw new Refused('ValidationException', 'no result set');
  const types = result.fields.map(({ dataTypeID }) => dataTypeID);
  const rows: (string | null)[][] = result.rows.slice(from, from + ROWS_A_PAGE);
  const next = from + rows.length;
  return {
    ColumnMetadata: result.fields.map(({ name }) => ({ name, label: name })),
    Records: rows.map((row) => row.map((value, at) => field(value, types[at] ?? 0))),
    TotalNumRows: result.rows.length,
    ...(next < result.rows.length ? { NextToken: String(next) } : {}),
  };
}

function field(value: string | null, type: number) {
  if (value === null) return { isNull: true };
  if (LONGS.has(type)) return { longValue: Number(value) };
  if (DOUBLES.has(type)) return { doubleValue: Number(value) };
  return { stringValue: value };
}

async function cancelled(run: Run) {
  if (run.status !== 'STARTED') return { Status: false };
  run.status = 'ABORTED';
  const other = new Client({ connectionString: run.url });
  await other.connect();
  await other.query('select pg_cancel_backend($1)', [run.pid]);
  await other.end();
  return { Status: true };
}
