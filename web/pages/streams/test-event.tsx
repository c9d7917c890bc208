import { useState } from 'preact/hooks';
import type { StreamFacts } from '../../../lib/api/stream-routes.ts';
import { post } from '../../ask.ts';
import { apiPath } from '../../model/api-path.ts';
import type { Place } from '../../model/location.ts';
import { ConfirmedButton } from '../../views/confirmed-button.tsx';
import { Followed, type Position } from './followed.tsx';

/** The entry for one event in the answer of `POST /events/{stream}`. */
interface Accepted {
  readonly events: readonly Position[];
}

type State =
  | { readonly step: 'editing' | 'sending' }
  | { readonly step: 'sent'; readonly position: Position }
  | { readonly step: 'refused'; readonly message: string };

/** Sends one event after a confirmation, and follows it. */
export function TestEvent({ facts, place }: { readonly facts: StreamFacts; readonly place: Place }) {
  const { stream, topic, example } = facts;
  const [text, setText] = useState(() => JSON.stringify(example ?? {}, null, 2));
  const [state, setState] = useState<State>({ step: 'editing' });
  const send = async () => {
    setState({ step: 'sending' });
    try {
      const { events } = await post<Accepted>(apiPath(['events', stream]), text);
      const [position] = events;
      if (position === undefined) throw new Error('expected one event, found none');
      setState({ step: 'sent', position });
    } catch (error) {
      setState({ step: 'refused', message: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <section class="action" aria-labelledby="test-event">
      <h2 id="test-event">Send a test event</h2>
      <p>
        Appends it to topic {topic}, as a producer would: it becomes a row and is counted, and cannot be taken back.
      </p>
      <textarea
        aria-label={`Event of ${stream}, JSON`}
        rows={10}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setState({ step: 'editing' });
        }}
      />
      {/* Another text asks again. */}
      <ConfirmedButton
        key={text}
        label="Send this event…"
        confirmation={`Append it to ${topic}`}
        isBusy={state.step === 'sending'}
        act={() => void send()}
      />
      <div role="status">
        {state.step === 'sending' && <p>Sending…</p>}
        {state.step === 'refused' && <p class="bad">It was not accepted: {state.message}.</p>}
        {state.step === 'sent' && <Followed stream={stream} position={state.position} place={place} />}
      </div>
    </section>
  );
}
