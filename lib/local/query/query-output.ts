import type { QueryColumn, QueryResult } from './query.ts';
import type { CellValue } from './query-value.ts';

/**
 * Lines as RFC 4180 has them, header first. Null is nothing between the commas, an empty text `""`. @see
 * https://www.rfc-editor.org/rfc/rfc4180
 */
export async function* csvOutput({ columns, rows }: QueryResult): AsyncGenerator<string> {
  yield `${columns.map(({ name }) => csvField(name)).join(',')}\r\n`;
  for await (const chunk of rows) {
    yield chunk.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
  }
}

function csvField(value: CellValue): string {
  if (value === null) return '';
  const text = textOf(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One array of objects, one object a line. Columns of the same name are told apart by a number. */
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

/** A value in a cell: text as it is, nested values as JSON text. */
export function textOf(value: CellValue): string {
  return typeof value === 'string' ? value : value === null ? 'NULL' : JSON.stringify(value);
}

/** Rows in memory, as a result's rows. */
export async function* oneChunk<T>(rows: T): AsyncGenerator<T> {
  yield rows;
}
