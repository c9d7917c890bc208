import { csvLine } from '../../api/csv-line.ts';
import type { QueryColumn, QueryResult } from './query.ts';
import type { CellValue } from './query-value.ts';

/** Lines of CSV, header first. */
export async function* csvOutput({ columns, rows }: QueryResult): AsyncGenerator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for await (const chunk of rows) yield chunk.map(csvLine).join('');
}

/** An array of objects, one object per line. Columns with the same name are numbered. */
export async function* jsonOutput({ columns, rows }: QueryResult): AsyncGenerator<string> {
  const names = distinct(columns).map((name) => JSON.stringify(name));
  let before = '[';
  for await (const chunk of rows) {
    let text = '';
    for (const row of chunk) {
      text += `${before}\n{${row.map((value, index) => `${names[index]}:${JSON.stringify(value)}`).join(',')}}`;
      before = ',';
    }
    yield text;
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

function distinct(columns: readonly QueryColumn[]): readonly string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let free = name;
    for (let number = 1; taken.has(free); number += 1) free = `${name}_${number}`;
    taken.add(free);
    return free;
  });
}

/** A value as a cell: text unchanged, nested values as JSON text. */
export function textOf(value: CellValue): string {
  return typeof value === 'string' ? value : value === null ? 'NULL' : JSON.stringify(value);
}

/** Rows in memory, in the form of a result's rows. */
export async function* oneChunk<T>(rows: T): AsyncGenerator<T> {
  yield rows;
}
