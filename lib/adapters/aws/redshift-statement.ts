import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import type { Clock, WarehouseRow } from '../../pipeline/ports.ts';
import { awsTrouble } from './aws-trouble.ts';
import { redshiftRows } from './redshift-rows.ts';

interface StatementPlace {
  readonly workgroupName: string;
  readonly database: string;
  readonly secretArn: string;
}

const ASK_AGAIN_AFTER_MS = 500;

/**
 * Runs one statement in Redshift Serverless to completion, outside any transaction. @returns its rows. @throws if it
 * fails
 */
export function redshiftStatement(client: RedshiftDataClient, clock: Pick<Clock, 'sleep'>) {
  return async (
    { workgroupName, database, secretArn }: StatementPlace,
    sql: string,
  ): Promise<readonly WarehouseRow[]> => {
    const where = { WorkgroupName: workgroupName, Database: database, SecretArn: secretArn };
    try {
      const { Id } = await client.send(new ExecuteStatementCommand({ ...where, Sql: sql }));
      for (;;) {
        const { Status, HasResultSet, Error: reason } = await client.send(new DescribeStatementCommand({ Id }));
        if (Status === 'FINISHED') return HasResultSet === true ? await redshiftRows(client, Id ?? '', sql) : [];
        if (Status === 'FAILED' || Status === 'ABORTED')
          throw new Error(`the statement ${Status.toLowerCase()}: ${reason}`);
        await clock.sleep(ASK_AGAIN_AFTER_MS);
      }
    } catch (error) {
      throw awsTrouble('Redshift ExecuteStatement', `${workgroupName}/${database}`, error);
    }
  };
}
