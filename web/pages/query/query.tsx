import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { QueryTable } from '../../../lib/api/query-routes.ts';
import type { SqlEditor } from '../../editor/sql-editor.ts';
import { linkTo } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Polled } from '../../views/polled.tsx';
import { EditorBox } from './editor-box.tsx';
import { Result } from './result.tsx';
import { Tables } from './tables.tsx';
import { type QueryState, useQuery } from './use-query.ts';

/** Tables and columns change only with a restart. */
const TABLES_EVERY_MS = 60_000;

interface TableList {
  readonly tables: readonly QueryTable[];
}

/** SQL over lake and warehouse. `#/query?sql=…` shows a statement, `#/query?metric=…` the one that gives a metric. */
export function Query({ place, times }: PageProps) {
  const { sql: given, metric, along, number } = place.query;
  const [text, setText] = useState(given ?? '');
  const tables = usePolled<TableList>('/tables', { everyMs: TABLES_EVERY_MS });
  const { state, run, cancel } = useQuery();
  const editor = useRef<SqlEditor | null>(null);
  const latestText = useRef(text);
  latestText.current = text;
  const ofMetric = exampleOf(tables.body, metric)?.sql;
  useEffect(() => {
    const asked = given ?? ofMetric;
    if (asked === undefined) return;
    setText(asked);
    if (asked !== latestText.current) editor.current?.setText(asked);
  }, [given, ofMetric]);
  const completed = useMemo(() => columnsByTable(tables.body), [JSON.stringify(tables.body)]);
  const runText = () => {
    if (text.trim() === '' || state.step === 'running') return;
    location.hash = linkTo(place, ['query'], { sql: text, along, number });
    void run(text);
  };
  return (
    <>
      <h1>Query</h1>
      <p class="quiet">
        One select over lake and warehouse, for reading only: at most 20 s and 10,000 rows. The pipeline goes on
        meanwhile.
      </p>
      <div class="query">
        <section class="statement" aria-label="Statement and result">
          <EditorBox
            text={text}
            tables={completed}
            onChange={setText}
            onRun={runText}
            onOpen={(opened) => {
              editor.current = opened;
            }}
          />
          <div class="buttons">
            <button
              type="button"
              class="does"
              disabled={state.step === 'running' || text.trim() === ''}
              onClick={runText}
            >
              Run
            </button>
            <button type="button" disabled={state.step !== 'running'} onClick={cancel}>
              Cancel
            </button>
            <span class="quiet">Ctrl or Cmd and Enter runs it, Tab leaves the editor</span>
          </div>
          <Outcome state={state} onPosition={({ line, column }) => editor.current?.showPosition(line, column)} />
          {state.step === 'done' && <Result result={state.result} place={place} />}
        </section>
        <Polled state={tables} times={times} what="tables">
          {(body) => <Tables tables={body.tables} place={place} />}
        </Polled>
      </div>
    </>
  );
}

interface OutcomeProps {
  readonly state: QueryState;
  onPosition(position: { readonly line: number; readonly column: number }): void;
}

function Outcome({ state, onPosition }: OutcomeProps) {
  return (
    <div role="status" class="outcome">
      {state.step === 'running' && <p>Running…</p>}
      {state.step === 'cancelled' && <p>Cancelled: the server has ended the query.</p>}
      {state.step === 'failed' && (
        <p class="bad">
          {state.message}
          {state.position !== null && <Position position={state.position} onPosition={onPosition} />}
        </p>
      )}
    </div>
  );
}

function Position({
  position,
  onPosition,
}: Pick<OutcomeProps, 'onPosition'> & { readonly position: { readonly line: number; readonly column: number } }) {
  return (
    <>
      {' '}
      <button type="button" class="position" onClick={() => onPosition(position)}>
        Line {position.line}, column {position.column}
      </button>
    </>
  );
}

function exampleOf(body: TableList | null, metric: string | undefined) {
  if (metric === undefined) return undefined;
  return body?.tables.flatMap(({ examples }) => examples).find((example) => example.metric === metric);
}

function columnsByTable(body: TableList | null): Readonly<Record<string, readonly string[]>> {
  const all = body?.tables ?? [];
  return Object.fromEntries(all.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
}
