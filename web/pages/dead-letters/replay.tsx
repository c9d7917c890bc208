import { useState } from 'preact/hooks';
import type { Replayed } from '../../../lib/api/dead-letter-routes.ts';
import { post } from '../../ask.ts';
import { apiPath } from '../../model/api-path.ts';
import { shownValue } from '../../model/format.ts';
import { type LetterSelection, replayCommand } from '../../model/letter-selection.ts';

interface ReplayProps {
  readonly selection: LetterSelection & { readonly stream: string };
  /** The position of a single letter. */
  readonly position?: { readonly kafka_partition: string; readonly offset: string };
}

type State =
  | { readonly step: 'idle' }
  | { readonly step: 'asking' | 'replaying' }
  | { readonly step: 'asked' | 'done'; readonly answer: Replayed }
  | { readonly step: 'failed'; readonly message: string };

/** Shows what a replay would do, and runs it after a confirmation. */
export function Replay({ selection, position }: ReplayProps) {
  const [state, setState] = useState<State>({ step: 'idle' });
  const run = async (isDry: boolean) => {
    setState({ step: isDry ? 'asking' : 'replaying' });
    try {
      const path = apiPath(['dead-letters', 'replay'], { ...selection, ...position, dry_run: isDry });
      setState({ step: isDry ? 'asked' : 'done', answer: await post<Replayed>(path) });
    } catch (error) {
      setState({ step: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const isBusy = state.step === 'asking' || state.step === 'replaying';
  return (
    <section class="action" aria-labelledby="replay">
      <h2 id="replay">Replay</h2>
      <p>
        Makes rows of {position === undefined ? 'the open letters chosen' : 'this letter'} that the contract accepts
        now, without sending anything to the topic. A letter that has to be changed first needs a fix:{' '}
        <code>{replayCommand(selection)} --with fix.ts</code>
      </p>
      <div class="buttons">
        <button type="button" disabled={isBusy} onClick={() => void run(true)}>
          Show what it would do
        </button>
        {state.step === 'asked' && state.answer.made > 0 && (
          <button type="button" class="does" onClick={() => void run(false)}>
            Make {shownValue(state.answer.made)} {state.answer.made === 1 ? 'row' : 'rows'}
          </button>
        )}
      </div>
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
    case 'asking':
      return <p>Judging the letters by the contract…</p>;
    case 'replaying':
      return <p>Replaying…</p>;
    case 'failed':
      return (
        <p class="bad">The replay did not end: {state.message}. Letters become rows once, so it may be repeated.</p>
      );
    case 'asked':
    case 'done':
      return <Answer answer={state.answer} isDone={state.step === 'done'} />;
    default:
      return state satisfies never;
  }
}

function Answer({ answer, isDone }: { readonly answer: Replayed; readonly isDone: boolean }) {
  const { made, left, by_others, refined_rows, unrefined, uncounted, letters } = answer;
  const parts = [
    `${shownValue(made)} ${made === 1 ? 'letter' : 'letters'} ${isDone ? `${made === 1 ? 'is a row' : 'are rows'} now` : 'would become rows'}`,
    `${shownValue(left)} ${left === 1 ? 'stays' : 'stay'}`,
    ...(by_others > 0 ? [`${shownValue(by_others)} became rows by another replay`] : []),
    ...(refined_rows > 0 ? [`${shownValue(refined_rows)} rows made in refined tables`] : []),
    ...(unrefined > 0 ? [`${shownValue(unrefined)} lack events in a refined table: weir dlq replay says why`] : []),
    ...(uncounted > 0 ? [`live metrics wait for ${shownValue(uncounted)} offsets: replay again to count them`] : []),
  ];
  const staying = letters.filter(({ stays_because }) => stays_because !== null);
  return (
    <>
      <p>
        <b>{parts.join(', ')}.</b>
      </p>
      <ul class="reasons">
        {staying.map(({ kafka_partition, kafka_offset, stays_because }) => (
          <li key={`${kafka_partition}/${kafka_offset}`}>
            {kafka_partition}/{shownValue(kafka_offset)} stays: {stays_because}
          </li>
        ))}
      </ul>
      {staying.length < left && <p class="quiet">and {shownValue(left - staying.length)} more that stay</p>}
    </>
  );
}
