import type { ModelList, ModelNode } from '../../../lib/api/model-routes.ts';
import { shownSeconds, shownValue } from '../../model/format.ts';
import { linkTo, type Place } from '../../model/location.ts';
import { hourLabel, stateDot, stateText } from '../../model/model-state.ts';
import type { Times } from '../../model/times.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Polled } from '../../views/polled.tsx';
import { Scroll } from '../../views/scroll.tsx';
import { ModelGraph, nodesOf } from './model-graph.tsx';
import { OneModel } from './one-model.tsx';

/** Models run every few minutes at most. */
const EVERY_MS = 5000;

/** Every SQL model, from the lake to the marts; `#/models/{model}` shows one of them. */
export function Models(props: PageProps) {
  const state = usePolled<ModelList>('/models', { everyMs: EVERY_MS });
  const [model] = props.place.path;
  if (model !== undefined) return <OneModel key={model} {...props} model={model} list={state.body} />;
  const { place, times } = props;
  return (
    <>
      <h1>Models</h1>
      <Polled state={state} times={times} what="models">
        {(list, nowMs) => (
          <>
            <Running since={list.running_since} nowMs={nowMs} />
            {list.models.length === 0 ? (
              <p class="empty">The project has no models: add a select to its folder sql/.</p>
            ) : (
              <>
                <ModelGraph nodes={nodesOf(list)} place={place} nowMs={nowMs} />
                <ModelTable models={list.models} {...{ place, times, nowMs }} />
              </>
            )}
          </>
        )}
      </Polled>
    </>
  );
}

function Running({ since, nowMs }: { readonly since: string | null; readonly nowMs: number }) {
  return (
    <p class="quiet">
      {since === null
        ? 'No model is running. Unchanged hours are skipped, and rows that break a test are not published.'
        : `The models have been running for ${shownSeconds((nowMs - Date.parse(since)) / 1000)}; the states are those before.`}
    </p>
  );
}

interface ModelTableProps {
  readonly models: readonly ModelNode[];
  readonly place: Place;
  readonly times: Times;
  readonly nowMs: number;
}

/** The same as the graph, in execution order. */
function ModelTable({ models, ...shown }: ModelTableProps) {
  return (
    <section aria-labelledby="models">
      <h2 id="models">
        As a table <span class="quiet">in the order of a run; hours are in UTC</span>
      </h2>
      <Scroll label="Table of models">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col">state</th>
              <th scope="col">failed test</th>
              <th scope="col" class="number">
                published to
              </th>
              <th scope="col" class="number">
                lake has
              </th>
              <th scope="col" class="number">
                rows of that hour
              </th>
              <th scope="col" class="number">
                last run, {shown.times.zone}
              </th>
              <th scope="col">kept</th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <ModelRow key={model.model} model={model} {...shown} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

type ModelRowProps = Omit<ModelTableProps, 'models'> & { readonly model: ModelNode };

function ModelRow({ model, place, times, nowMs }: ModelRowProps) {
  const { model: name, state, broken_tests, newest_hour, lake_hour, rows, last_run, kept } = model;
  return (
    <tr data-model={name}>
      <th scope="row">
        <a href={linkTo(place, ['models', name])}>{name}</a>
      </th>
      <td class={state === 'failed' ? 'bad' : ''}>
        <span class={`dot ${stateDot[state]}`} />
        {stateText(model)}
      </td>
      <td class="clipped" title={broken_tests.join('\n')}>
        {broken_tests.join('; ')}
      </td>
      <td class="number">{hourLabel(newest_hour)}</td>
      <td class="number">{hourLabel(lake_hour)}</td>
      <td class="number">{shownValue(rows)}</td>
      <td class="number">{last_run === null ? '–' : times.time(Date.parse(last_run), nowMs)}</td>
      <td>{kept}</td>
    </tr>
  );
}
