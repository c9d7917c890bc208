import { randomUUID } from 'node:crypto';
import { type LocalServer, localServer } from './json-server.ts';
import type { LakeReader } from './lake-reader.ts';

type Execution = { readonly State: string; readonly StateChangeReason?: string } & Partial<
  Awaited<ReturnType<LakeReader['query']>>
>;

/**
 * A test server in place of Athena: its JSON protocol according to the SDK's model, over DuckDB, which reads the tables
 * as Glue holds them. It verifies that, and the SQL that both understand; it cannot verify Athena's own engine.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html
 */
export async function startAthena(lake: LakeReader): Promise<LocalServer> {
  const executions = new Map<string, Execution>();
  const run = async (sql: string): Promise<Execution> => {
    try {
      return { State: 'SUCCEEDED', ...(await lake.query(sql)) };
    } catch (error) {
      return { State: 'FAILED', StateChangeReason: error instanceof Error ? error.message : String(error) };
    }
  };
  const operations: Readonly<Record<string, (request: Readonly<Record<string, string>>) => unknown>> = {
    StartQueryExecution({ QueryString = '' }) {
      const id = randomUUID();
      executions.set(id, { State: 'RUNNING' });
      void run(QueryString).then((execution) => executions.set(id, execution));
      return { QueryExecutionId: id };
    },
    GetQueryExecution({ QueryExecutionId = '' }) {
      const { State, StateChangeReason } = executions.get(QueryExecutionId) ?? { State: 'FAILED' };
      return { QueryExecution: { QueryExecutionId, Status: { State, StateChangeReason } } };
    },
    GetQueryResults({ QueryExecutionId = '' }) {
      const { columns = [], rows = [] } = executions.get(QueryExecutionId) ?? {};
      // A null value has no VarCharValue.
      const data = rows.map((row) => columns.map((name) => ({ VarCharValue: row[name] ?? undefined })));
      const header = columns.map((name) => ({ VarCharValue: name }));
      return {
        ResultSet: {
          ResultSetMetadata: { ColumnInfo: columns.map((Name) => ({ Name, Type: 'varchar' })) },
          Rows: [header, ...data].map((Data) => ({ Data })),
        },
      };
    },
  };
  return localServer(async (request, body, response) => {
    const operation = String(request.headers['x-amz-target']).replace(/^AmazonAthena\./, '');
    const found = operations[operation];
    if (found === undefined) throw new Error(`${operation} is not known here`);
    const answer = JSON.stringify(found(JSON.parse(body.toString())));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(answer);
  });
}
