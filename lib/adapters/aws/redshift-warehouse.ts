import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  ExecuteStatementCommand,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import {
  type Clock,
  type Statement,
  StatementError,
  type Warehouse,
  type WarehouseRow,
  type WarehouseTransaction,
  WarehouseUnavailableError,
} from '../../pipeline/ports.ts';
import { awsCode, awsTrouble } from './aws-trouble.ts';
import { batchOf, clientToken } from './redshift-batch.ts';
import { redshiftRows } from './redshift-rows.ts';
import { repeated } from './repeat.ts';

export interface RedshiftWarehouseOptions {
  readonly client: RedshiftDataClient;
  readonly workgroup: string;
  readonly database: string;
  /** The secret of the database user; if omitted, the caller's own IAM identity is the user. */
  readonly secretArn?: string;
  readonly clock: Clock;
  /**
   * Names this attempt at the model set and hour: the same batch under the same name runs only once, for hours,
   * whichever process sends it.
   */
  readonly attempt: string;
  /** A statement is cancelled after this time. */
  readonly timeLimitMs?: number;
  /** Whether to send EventBridge an event when a transaction ends. */
  readonly withEvent?: boolean;
}

const TIME_LIMIT_MS = 600_000;
/** How long the call itself waits for the end; less than the client's socket timeout. */
const WAIT_SECONDS = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const MAX_NAME_CHARACTERS = 500;
const SHORTEST_HIDDEN_VALUE = 3;

/** Errors that a retry cannot resolve. */
const LASTING = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/**
 * A warehouse in Redshift Serverless, through the Data API: each transaction is one batch. Transactions of this object
 * run one after another. Those of other processes are serialised by their statements' locks; if Redshift finds two that
 * were not serializable, it refuses one, which may be retried. The lake's tables are external, and read the catalogue
 * themselves. The caller owns the client.
 */
export function redshiftWarehouse(options: RedshiftWarehouseOptions): Warehouse {
  const turns = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const nextTurn = (token: string) => {
    const turn = turns.get(token) ?? 0;
    turns.set(token, turn + 1);
    return turn;
  };
  return {
    dialect: 'redshift',
    run: (transaction) => inTurn(() => runBatch(options, transaction, nextTurn)),
    query: (statement) => inTurn(() => runQuery(options, statement)),
    close: () => inTurn(async () => undefined),
  };
}

async function runBatch(
  options: RedshiftWarehouseOptions,
  { name, statements }: WarehouseTransaction,
  nextTurn: (token: string) => number,
): Promise<void> {
  if (statements.length === 0) return;
  const batch = batchOf(name, statements);
  const turn = nextTurn(clientToken(options.attempt, name, 0, batch));
  const command = new BatchExecuteStatementCommand({
    ...place(options, name),
    Sqls: batch.sqls,
    Parameters: batch.parameters.length === 0 ? undefined : batch.parameters,
    ClientToken: clientToken(options.attempt, name, turn, batch),
    WithEvent: options.withEvent,
    WaitTimeSeconds: WAIT_SECONDS,
  });
  const id = await submitted('BatchExecuteStatement', options, name, async () => options.client.send(command));
  refuseFailure(await ended(options, id, name), name, statements);
}

async function runQuery(options: RedshiftWarehouseOptions, statement: Statement): Promise<readonly WarehouseRow[]> {
  const { name } = statement;
  const { sqls, parameters } = batchOf(name, [statement]);
  const command = new ExecuteStatementCommand({
    ...place(options, name),
    Sql: sqls[0],
    Parameters: parameters.length === 0 ? undefined : parameters,
    WaitTimeSeconds: WAIT_SECONDS,
  });
  const id = await submitted('ExecuteStatement', options, name, async () => options.client.send(command));
  const end = await ended(options, id, name);
  refuseFailure(end, name, [statement]);
  if (end.HasResultSet !== true) return [];
  try {
    return await repeated(() => redshiftRows(options.client, id, name));
  } catch (error) {
    if (error instanceof StatementError) throw error;
    throw unavailable('GetStatementResult', options, name, error);
  }
}

function place({ workgroup, database, secretArn }: RedshiftWarehouseOptions, name: string) {
  return {
    WorkgroupName: workgroup,
    Database: database,
    SecretArn: secretArn,
    StatementName: name.slice(0, MAX_NAME_CHARACTERS),
  };
}

async function submitted(
  operation: string,
  options: RedshiftWarehouseOptions,
  name: string,
  send: () => Promise<{ readonly Id?: string | undefined }>,
): Promise<string> {
  try {
    const { Id } = await repeated(send);
    if (Id === undefined) throw new Error('expected an answer with the id of the statement, found none');
    return Id;
  } catch (error) {
    throw unavailable(operation, options, name, error);
  }
}

/** Polls until the statement has ended, despite transient polling errors. Cancels it when the time is over. */
async function ended(options: RedshiftWarehouseOptions, id: string, name: string): Promise<DescribeStatementResponse> {
  const { client, clock, timeLimitMs = TIME_LIMIT_MS } = options;
  const deadline = clock.now() + timeLimitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let trouble: unknown;
    try {
      const WaitTimeSeconds = Math.min(WAIT_SECONDS, Math.max(1, Math.ceil((deadline - clock.now()) / 1_000)));
      const state = await client.send(new DescribeStatementCommand({ Id: id, WaitTimeSeconds }));
      if (state.Status === 'FINISHED' || state.Status === 'FAILED' || state.Status === 'ABORTED') return state;
    } catch (error) {
      if (LASTING.has(awsCode(error))) throw unavailable('DescribeStatement', options, name, error);
      trouble = error;
    }
    if (clock.now() >= deadline) {
      await client.send(new CancelStatementCommand({ Id: id })).catch(() => undefined);
      const late = `statement ${id} had not ended after ${timeLimitMs} ms and was cancelled`;
      throw new WarehouseUnavailableError(`${name}: ${late}; try again, or raise the time limit`, { cause: trouble });
    }
    await clock.sleep(pauseMs);
  }
}

function refuseFailure(end: DescribeStatementResponse, name: string, statements: readonly Statement[]): void {
  if (end.Status === 'FINISHED') return;
  const parts = end.SubStatements ?? [];
  const failed = parts.findIndex(({ Status }) => Status === 'FAILED');
  const index = Math.max(failed, 0);
  const said = firstLine(parts[failed]?.Error ?? end.Error ?? 'no reason given', statements);
  if (end.Status === 'ABORTED') {
    throw new WarehouseUnavailableError(`${name}: statement ${end.Id} was aborted: ${said}; it may be tried again`);
  }
  if (/serializable isolation|could not serialize|deadlock/i.test(said)) {
    throw new WarehouseUnavailableError(`${name}: another transaction was in the way: ${said}; it may be tried again`);
  }
  if (failed === -1 && statements.length > 1) {
    throw new WarehouseUnavailableError(
      `${name}: failed as a whole, Data API id ${end.Id}: ${said}; it may be tried again`,
    );
  }
  const which = statements[index]?.name ?? name;
  const where = `statement ${index + 1} of ${statements.length} in "${name}", Data API id ${end.Id}`;
  throw new StatementError(index, `${which}: ${said} (${where})`);
}

/** The message without the details that quote rows, and with parameter names in place of their bound values. */
function firstLine(reason: string, statements: readonly Statement[]): string {
  let line = reason.split('\n', 1)[0] ?? '';
  for (const { parameters } of statements) {
    for (const [name, value] of Object.entries(parameters)) {
      if (value.length >= SHORTEST_HIDDEN_VALUE) line = line.replaceAll(value, `:${name}`);
    }
  }
  return line;
}

function unavailable(
  operation: string,
  { workgroup, database }: RedshiftWarehouseOptions,
  name: string,
  error: unknown,
) {
  const trouble = awsTrouble(`Redshift Data ${operation}`, `${workgroup}/${database}`, error);
  return new WarehouseUnavailableError(`${name}: ${trouble.message}`, { cause: error });
}
