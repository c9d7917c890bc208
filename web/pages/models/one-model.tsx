import type { BrokenRow, ModelHour, ModelList, WholeModel } from '../../../lib/api/model-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { shownSeconds, shownValue } from '../../model/format.ts';
import { lineageOf } from '../../model/graph-layout.ts';
import { linkTo, type Place } from '../../model/location.ts';
import { hourLabel, stateDot, stateText } from '../../model/model-state.ts';
import type { Times } from '../../model/times.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Code } from '../../views/code.tsx';
import { Facts } from '../../views/facts.tsx';
import { PlainTable } from '../../views/plain-table.tsx';
import { Polled } from '../../views/polled.tsx';
import { ModelGraph, nodesOf } from './model-graph.tsx';
import { RunModel } from './run-model.tsx';

const EVERY_MS = 5000;

interface OneModelProps extends PageProps {
  readonly model: string;
  /** For the graph around it; null before the first answer. */
  readonly list: ModelList | null;
}

/** A model whole: its state, what breaks its tests, its SQL, and a button that runs it. */
export function OneModel({ model, list, place, times }: OneModelProps) {
  const state = usePolled<WholeModel>(apiPath(['models', model]), { everyMs: EVERY_MS });
  return (
    <>
      <p class="trail">
        <a href={linkTo(place, ['models'])}>Models</a>
      </p>
      <h1>{model}</h1>
      <Polled state={state} times={times} what="model of this name">
        {(whole, nowMs) => (
          <>
            <State whole={whole} nowMs={nowMs} />
            {whole.broken_rows.length > 0 && <BrokenRows rows={whole.broken_rows} />}
            {list !== null && (
              <section aria-labelledby="lineage">
                <h2 id="lineage">What it reads, and what reads it</h2>
                <ModelGraph nodes={lineageOf(nodesOf(list), model)} {...{ place, nowMs }} chosen={model} />
              </section>
            )}
            <RunModel model={model} readBy={whole.read_by} />
            <About whole={whole} place={place} />
            <Runs runs={whole.runs} times={times} nowMs={nowMs} />
            <PlainTable
              id="columns"
              title="Columns"
              heads={['column', 'type', 'may be null']}
              rows={whole.columns.map(({ name, type, nullable }) => [name, type, nullable ? 'yes' : 'no'])}
            />
            <section aria-labelledby="sql">
              <h2 id="sql">
                SQL <span class="quiet">{whole.file}</span>
              </h2>
              <Code>{whole.sql}</Code>
            </section>
          </>
        )}
      </Polled>
    </>
  );
}

function State({ whole, nowMs }: { readonly whole: WholeModel; readonly nowMs: number }) {
  const { state, newest_hour, last_run, error } = whole;
  return (
    <>
      <p>
        <span class={`dot ${stateDot[state]}`} />
        <b>{stateText(whole)}</b>
        {newest_hour !== null && `, published to the hour ${hourLabel(newest_hour)} UTC`}
        {last_run !== null && `, ran ${shownSeconds((nowMs - Date.parse(last_run)) / 1000)} ago`}
      </p>
      {error !== null && <p class="bad">{error}</p>}
    </>
  );
}

function BrokenRows({ rows }: { readonly rows: readonly BrokenRow[] }) {
  return (
    <PlainTable
      id="broken"
      title="Rows that break a test"
      note="at most 20 of a test and an hour; none of them is published"
      heads={['hour, UTC', 'test', 'rows that break it', 'one of them']}
      rows={rows.map(({ hour, test, broken_rows, row }) => [hourLabel(hour), test, shownValue(broken_rows), row])}
    />
  );
}

function About({ whole, place }: { readonly whole: WholeModel; readonly place: Place }) {
  const { description, grain, kept, tests, reads, read_by } = whole;
  const links = (names: readonly string[]) =>
    names.length === 0
      ? 'none'
      : names.map((name, at) => (
          <span key={name}>
            {at > 0 && ', '}
            {name.startsWith('lake.') ? name : <a href={linkTo(place, ['models', name])}>{name}</a>}
          </span>
        ));
  return (
    <section aria-labelledby="about">
      <h2 id="about">What it is</h2>
      <Facts
        facts={[
          ['a row is', description],
          ['grain', grain.join(', ')],
          ['kept', kept],
          ['reads', links(reads)],
          ['read by', links(read_by)],
          [
            'tests',
            <ul key="tests" class="reasons">
              {tests.map((test) => (
                <li key={test} class={whole.broken_tests.includes(test) ? 'bad' : ''}>
                  {test}
                  {whole.broken_tests.includes(test) && ' (broken)'}
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
    </section>
  );
}

interface RunsProps {
  readonly runs: readonly ModelHour[];
  readonly times: Times;
  readonly nowMs: number;
}

function Runs({ runs, times, nowMs }: RunsProps) {
  if (runs.length === 0) return <p class="empty">It has not run yet.</p>;
  return (
    <PlainTable
      id="runs"
      title="Last runs"
      note="the newest hours, at most 24"
      heads={['hour, UTC', 'outcome', 'rows', `ran, ${times.zone}`, 'error']}
      rows={runs.map(({ hour, outcome, rows, ran_at, error }) => [
        hourLabel(hour),
        outcome,
        shownValue(rows),
        times.time(Date.parse(ran_at), nowMs),
        error ?? '',
      ])}
    />
  );
}
