import { useState } from 'preact/hooks';
import { csvLine } from '../../../lib/api/csv-line.ts';
import { shownValue } from '../../model/format.ts';
import type { Place } from '../../model/location.ts';
import { type Cell, cellText, isNumeric, MAX_CELL_TEXT, ROWS_AT_ONCE, type SqlResult } from '../../model/sql-result.ts';
import { Scroll } from '../../views/scroll.tsx';
import { ResultChart } from './result-chart.tsx';

interface ResultProps {
  readonly result: SqlResult;
  readonly place: Place;
}

interface Opened {
  readonly column: string;
  readonly row: number;
  readonly text: string;
}

/** The rows of a query as a table, as a chart where one can be drawn, and as a file. */
export function Result({ result, place }: ResultProps) {
  const { columns, rows, truncated, took_ms } = result;
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const [opened, setOpened] = useState<Opened>();
  const count = `${shownValue(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`;
  return (
    <>
      <h2>
        {count} <span class="quiet">in {(took_ms / 1000).toFixed(1)} s</span>
      </h2>
      {truncated && (
        <p class="warn">
          Limit reached: these are the first {count}, and there are more. Ask for less, or for sums and counts.
        </p>
      )}
      {rows.length === 0 ? (
        <p class="empty">No rows.</p>
      ) : (
        <>
          <ResultChart result={result} place={place} />
          <Scroll label="Table of the result">
            <table class="result">
              <thead>
                <tr>
                  {columns.map((column, at) => (
                    <th key={at} scope="col" class={isNumeric(column) ? 'number' : ''}>
                      {column.name} <span class="unit">{column.type.toLowerCase()}</span>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, shown).map((row, index) => (
                  <tr key={index} data-result>
                    {row.map((value, at) => {
                      const column = columns[at];
                      return (
                        <td key={at} class={column !== undefined && isNumeric(column) ? 'number' : ''}>
                          <CellText
                            value={value}
                            onOpen={(text) => setOpened({ column: column?.name ?? '', row: index + 1, text })}
                          />
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          {rows.length > shown && (
            <p class="buttons further">
              <button type="button" onClick={() => setShown(shown + ROWS_AT_ONCE)}>
                Show {Math.min(ROWS_AT_ONCE, rows.length - shown)} more
              </button>
              <span>
                {shownValue(shown)} of {count} are shown; the file has all of them
              </span>
            </p>
          )}
          {opened !== undefined && <WholeText {...opened} onClose={() => setOpened(undefined)} />}
        </>
      )}
      <Download result={result} />
    </>
  );
}

function CellText({ value, onOpen }: { readonly value: Cell; onOpen(text: string): void }) {
  const text = cellText(value);
  if (text === null) return <i class="quiet">NULL</i>;
  if (text === '') return <i class="quiet">empty text</i>;
  if (text.length <= MAX_CELL_TEXT) return <>{text}</>;
  return (
    <>
      {text.slice(0, MAX_CELL_TEXT)}…{' '}
      <button type="button" class="position" onClick={() => onOpen(text)}>
        all {shownValue(text.length)} characters
      </button>
    </>
  );
}

function WholeText({ column, row, text, onClose }: Opened & { onClose(): void }) {
  return (
    <section aria-labelledby="whole-text">
      <h2 id="whole-text">
        {column}, row {row} <span class="quiet">{shownValue(text.length)} characters</span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard (axe: scrollable-region-focusable) */}
      <pre tabIndex={0}>{text}</pre>
      <p>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </p>
    </section>
  );
}

/** Spreadsheets read these as formulas. @see https://owasp.org/www-community/attacks/CSV_Injection */
const isFormula = (value: Cell) =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^[+-]?[\d.]+$/.test(value);

/** The rows as CSV, made in the page. */
function Download({ result: { columns, rows } }: Pick<ResultProps, 'result'>) {
  const download = () => {
    const header = csvLine(columns.map(({ name }) => name));
    const blob = new Blob([header, ...rows.map(csvLine)], { type: 'text/csv;charset=utf-8' });
    const url = URL.createObjectURL(blob);
    const link = Object.assign(document.createElement('a'), { href: url, download: 'query.csv' });
    link.click();
    URL.revokeObjectURL(url);
  };
  const formulas = rows.reduce((sum, row) => sum + row.filter(isFormula).length, 0);
  return (
    <p class="buttons further">
      <button type="button" onClick={download}>
        Download CSV
      </button>
      <span>
        RFC 4180, values unchanged, NULL as an empty field.
        {formulas > 0 &&
          ` ${shownValue(formulas)} ${formulas === 1 ? 'value begins' : 'values begin'} with =, +, - or @, which spreadsheets run as formulas: import such columns as text.`}
      </span>
    </p>
  );
}
