import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { effectiveTimestampMs } from '../../lib/derive/kafka-time.ts';
import type { RowSelect } from '../../lib/derive/row-select.ts';

export const ROW_CONSTANTS = { incarnation: 0, kafka_partition: 3, contract_version: 7 };

/** The line as the sink frames it, with its position replacing the first brace. */
export function withPosition(line: string, offset: number, timestampMs: number): string {
  return `{"$o":${offset},"$t":${effectiveTimestampMs(timestampMs)},${line.slice(1)}`;
}

/** The rows that DuckDB makes from lines with a row select: columns as text, with the columns' names and types. */
export async function rowsOf(select: RowSelect, lines: readonly Uint8Array[] | readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-rows-'));
  const { connection, close } = await openDuckdb(':memory:', { threads: '1' });
  try {
    const file = join(folder, 'lines.ndjson');
    writeFileSync(file, Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from('\n')]))));
    const result = await connection.runAndReadAll(statement(select, file));
    return {
      columns: result.columnNames().map((name, index) => `${name} ${result.columnType(index)}`),
      rows: result.getRowObjectsJson(),
    };
  } finally {
    close();
    rmSync(folder, { recursive: true });
  }
}

function statement({ lineColumns, selectList }: RowSelect, file: string): string {
  const columns = Object.entries(lineColumns).map(([name, type]) => `'${name}': '${type}'`);
  const list = Object.entries(ROW_CONSTANTS).reduce(
    (text, [name, value]) => text.replaceAll(`:${name}`, String(value)),
    selectList.join(', '),
  );
  return (
    `select ${list} from read_json('${file}', format = 'newline_delimited', columns = {${columns.join(', ')}}, ` +
    'maximum_object_size = 33554432)'
  );
}
