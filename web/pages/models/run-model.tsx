import { useState } from 'preact/hooks';
import type { FinishedRun } from '../../../lib/api/model-routes.ts';
import { post } from '../../ask.ts';
import { apiPath } from '../../model/api-path.ts';
import { shownValue } from '../../model/format.ts';
import { hourLabel } from '../../model/model-state.ts';
import { ConfirmedButton } from '../../views/confirmed-button.tsx';

interface RunModelProps {
  readonly model: string;
  readonly readBy: readonly string[];
}

type State =
  | { readonly step: 'idle' | 'running' }
  | { readonly step: 'done'; readonly run: FinishedRun }
  | { readonly step: 'failed'; readonly message: string };

/** Runs a model after a confirmation that says what it will do, and shows what was published. */
export function RunModel({ model, readBy }: RunModelProps) {
  const [state, setState] = useState<State>({ step: 'idle' });
  const start = async () => {
    setState({ step: 'running' });
    try {
      setState({ step: 'done', run: await post<FinishedRun>(apiPath(['models', model, 'run'])) });
    } catch (error) {
      setState({ step: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <section class="action" aria-labelledby="run">
      <h2 id="run">Run the model</h2>
      <p>
        Runs {model} again{readBy.length > 0 && `, then the models that read it: ${readBy.join(', ')}`}. It covers the
        last 48 hours, older hours that changed, and hours that failed. Each hour of a model is one transaction: rows
        that break a test are not published, and its table stays as it is. It waits for a run that is going on.
      </p>
      <ConfirmedButton
        label="Run the model…"
        confirmation={`Run ${readBy.length === 0 ? model : `${shownValue(readBy.length + 1)} models`} now`}
        isBusy={state.step === 'running'}
        act={() => void start()}
      />
      <div role="status">
        <Outcome state={state} />
      </div>
    </section>
  );
}

function Outcome({ state }: { readonly state: State }) {
  switch (state.step) {
    case 'idle':
      return null;
    case 'running':
      return <p>Running…</p>;
    case 'failed':
      return <p class="bad">There is no result: {state.message}. A run that has begun goes on in the server.</p>;
    case 'done':
      return <Result run={state.run} />;
    default:
      return state satisfies never;
  }
}

function Result({ run: { hours, published, unchanged, stopped, failures } }: { readonly run: FinishedRun }) {
  const parts = [
    `${shownValue(published)} ${published === 1 ? 'hour of a model' : 'hours of models'} published`,
    `${shownValue(unchanged)} unchanged`,
    ...(failures.length > 0 ? [`${shownValue(failures.length)} failed`] : []),
    ...(stopped > 0 ? [`${shownValue(stopped)} skipped because of them`] : []),
  ];
  return (
    <>
      <p>
        <b>
          {hours === 0 ? 'There was nothing to run: the lake has no hour of these models.' : `${parts.join(', ')}.`}
        </b>
      </p>
      <ul class="reasons">
        {failures.map(({ model, hour, message }) => (
          <li key={`${model} ${hour}`} class="bad">
            {model}, {hourLabel(hour)} UTC: {message}
          </li>
        ))}
      </ul>
    </>
  );
}
