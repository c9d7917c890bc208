import type { QueryColumn, QueryResult } from '../query/query.ts';
import { textOf } from '../query/query-output.ts';
import type { CellValue } from '../query/query-value.ts';
import { cutTo, displayWidth, printable } from './display-width.ts';

const GAP = '  ';
/** The number of rows measured before the first is printed; later rows are cut to these widths. */
const SAMPLE_ROWS = 1000;
/** The minimum width of a column. */
const MIN_WIDTH = 6;
/** A cell may contain a whole document. */
const MAX_WIDTH = 200;

interface TableColumn {
  readonly name: string;
  readonly isNumber: boolean;
  readonly width: number;
}

type Layout = readonly TableColumn[];

/**
 * An aligned table and its row count, in lines of at most `width` columns (Infinity if there is no terminal). Numbers
 * are right-aligned. Columns that do not fit are listed below the table. Holds a sample of the rows and one chunk in
 * memory.
 */
export async function* tableOutput(result: QueryResult, width: number): AsyncGenerator<string> {
  let count = 0;
  const counted = countedRows(result.rows, (rows) => {
    count += rows;
  });
  const layout = yield* tableLines({ ...result, rows: counted }, width);
  yield `(${count} ${count === 1 ? 'row' : 'rows'}${hidden(result.columns, layout)})\n`;
}

/** The table without its row count; returns its layout. */
export async function* tableLines({ columns, rows }: QueryResult, width: number): AsyncGenerator<string, Layout> {
  const sample: (readonly CellValue[])[] = [];
  let layout: Layout | null = null;
  for await (const chunk of rows) {
    if (layout !== null) {
      yield lines(chunk, layout);
      continue;
    }
    for (const row of chunk) sample.push(row);
    if (sample.length < SAMPLE_ROWS) continue;
    layout = fitted(columns, sample, width);
    yield heading(layout) + lines(sample, layout);
  }
  if (layout === null) {
    layout = fitted(columns, sample, width);
    yield heading(layout) + lines(sample, layout);
  }
  return layout;
}

async function* countedRows<T>(chunks: AsyncIterable<readonly T[]>, add: (rows: number) => void) {
  for await (const chunk of chunks) {
    add(chunk.length);
    yield chunk;
  }
}

function fitted(columns: readonly QueryColumn[], sample: readonly (readonly CellValue[])[], room: number) {
  const wanted = columns.map(({ name, type }, index) => {
    const widest = sample.reduce((most, row) => Math.max(most, displayWidth(cell(row[index]))), 0);
    const title = printable(name);
    return {
      name: title,
      isNumber: NUMBER.test(type),
      width: Math.min(MAX_WIDTH, Math.max(displayWidth(title), widest, 1)),
    };
  });
  const shown = wanted.slice(0, Math.max(1, Math.floor((room + GAP.length) / (MIN_WIDTH + GAP.length))));
  const target = room - GAP.length * (shown.length - 1);
  while (shown.reduce((sum, { width }) => sum + width, 0) > target) {
    const widest = shown.reduce((most, one) => (one.width > most.width ? one : most));
    if (widest.width <= MIN_WIDTH) break;
    shown[shown.indexOf(widest)] = { ...widest, width: widest.width - 1 };
  }
  return shown;
}

const NUMBER = /^(DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|UINTEGER|DOUBLE|FLOAT)/;

function heading(layout: Layout): string {
  const names = layout.map(({ name }) => name);
  return `${line(names, layout)}${line(
    layout.map(({ width }) => '-'.repeat(width)),
    layout,
  )}`;
}

function lines(rows: readonly (readonly CellValue[])[], layout: Layout): string {
  return rows
    .map((row) =>
      line(
        layout.map((_, index) => cell(row[index])),
        layout,
      ),
    )
    .join('');
}

function line(cells: readonly string[], layout: Layout): string {
  const padded = layout.map(({ width, isNumber }, index) => {
    const text = cutTo(cells[index] ?? '', width);
    const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
    return isNumber ? space + text : text + space;
  });
  return `${padded.join(GAP).trimEnd()}\n`;
}

/** A document is truncated before its characters are measured individually. */
function cell(value: CellValue | undefined): string {
  return printable(textOf(value ?? null).slice(0, MAX_WIDTH + 1));
}

function hidden(columns: readonly QueryColumn[], layout: Layout): string {
  const names = columns.slice(layout.length).map(({ name }) => printable(name));
  return names.length === 0 ? '' : `; no room for ${names.join(', ')}`;
}
