import {
  type AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { Clock } from '../../pipeline/ports.ts';
import { awsTrouble } from './aws-trouble.ts';

interface AthenaOptions {
  readonly client: AthenaClient;
  readonly workgroup: string;
  readonly clock: Pick<Clock, 'sleep'>;
}

const ASK_AGAIN_AFTER_MS = 1_000;

/**
 * Runs a query in Athena to completion. @returns its rows, every value as text.
 * @throws with Athena's reason if it fails or is cancelled.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
 */
export function athenaQuery({ client, workgroup, clock }: AthenaOptions) {
  return async (sql: string): Promise<readonly Readonly<Record<string, string | null>>[]> => {
    try {
      const start = new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: workgroup });
      const { QueryExecutionId } = await client.send(start);
      for (;;) {
        const asked = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
        const { State, StateChangeReason } = asked.QueryExecution?.Status ?? {};
        if (State === 'SUCCEEDED') return await rows(client, QueryExecutionId);
        if (State === 'FAILED' || State === 'CANCELLED')
          throw new Error(`the query ${State.toLowerCase()}: ${StateChangeReason ?? 'no reason given'}`);
        await clock.sleep(ASK_AGAIN_AFTER_MS);
      }
    } catch (error) {
      throw awsTrouble('Athena query', `workgroup ${workgroup}`, error);
    }
  };
}

/** The first row of a result's first page is the header. */
async function rows(client: AthenaClient, QueryExecutionId: string | undefined) {
  const found: Record<string, string | null>[] = [];
  let isHeader = true;
  for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId })) {
    const columns = (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name }) => Name ?? '');
    for (const { Data = [] } of ResultSet?.Rows ?? []) {
      if (!isHeader) found.push(Object.fromEntries(columns.map((name, at) => [name, Data[at]?.VarCharValue ?? null])));
      isHeader = false;
    }
  }
  return found;
}
