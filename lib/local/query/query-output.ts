import type { QueryColumn, QueryResult } from './query.ts';
import type { CellValue } from './query-value.ts';

/**
 * Lines in the format of RFC 4180, header first. Null is an empty field, an empty string is `""`. @see
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
