import { type Field, GetStatementResultCommand, type RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { StatementError, type WarehouseRow } from '../../pipeline/ports.ts';

/** All rows of a finished statement, page by page. @throws StatementError for an integer that JSON has rounded. */
export async function redshiftRows(
  client: RedshiftDataClient,
  statementId: string,
  name: string,
): Promise<readonly WarehouseRow[]> {
  const rows: WarehouseRow[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new GetStatementResultCommand({ Id: statementId, NextToken: nextToken }));
    const columns = (page.ColumnMetadata ?? []).map((column) => column.label ?? column.name ?? '');
    for (const record of page.Records ?? []) {
      rows.push(Object.fromEntries(columns.map((column, at) => [column, asText(record[at], `${name}: ${column}`)])));
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined && nextToken !== '');
  return rows;
}

function asText(field: Field | undefined, where: string): string | null {
  if (field === undefined || field.isNull === true) return null;
  if (field.stringValue !== undefined) return field.stringValue;
  if (field.longValue !== undefined) return integerText(field.longValue, where);
  if (field.doubleValue !== undefined) return String(field.doubleValue);
  if (field.booleanValue !== undefined) return String(field.booleanValue);
  if (field.blobValue !== undefined) return Buffer.from(field.blobValue).toString('hex');
  throw new StatementError(0, `${where}: expected a value of a known kind, found another; cast it to varchar`);
}

/** The SDK reads integers as doubles, so one beyond 2^53 may already be rounded. */
function integerText(value: number, where: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new StatementError(0, `${where}: an integer beyond 2^53 does not arrive exactly; cast it to varchar`);
}
