import type { WholeLetter } from '../../../lib/api/dead-letter-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { shownValue } from '../../model/format.ts';
import { linkTo } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Code } from '../../views/code.tsx';
import { Facts } from '../../views/facts.tsx';
import { Polled } from '../../views/polled.tsx';
import { Replay } from './replay.tsx';

const EVERY_MS = 5000;

interface WholeLettersProps extends PageProps {
  readonly letter: { readonly stream: string; readonly kafkaPartition: string; readonly offset: string };
}

/** A dead letter in full; if the topic was recreated, all letters at that position. */
export function WholeLetters({ letter, place, times }: WholeLettersProps) {
  const { stream, kafkaPartition, offset } = letter;
  const state = usePolled<{ readonly letters: readonly WholeLetter[] }>(
    apiPath(['dead-letters', stream, kafkaPartition, offset]),
    { everyMs: EVERY_MS },
  );
  return (
    <>
      <p class="trail">
        <a href={linkTo(place, ['dead-letters'], { stream })}>Dead letters of {stream}</a>
      </p>
      <h1>
        Record {kafkaPartition}/{offset} of {stream}
      </h1>
      <Polled state={state} times={times} what="dead letter of this position">
        {({ letters }, nowMs) => (
          <>
            {letters.map((one) => (
              <Letter
                key={one.incarnation}
                letter={one}
                when={times.time(Date.parse(one.ingested_at), nowMs)}
                zone={times.zone}
              />
            ))}
            {letters.some(({ is_open }) => is_open) && (
              <Replay selection={{ stream }} position={{ kafka_partition: kafkaPartition, offset }} />
            )}
          </>
        )}
      </Polled>
    </>
  );
}

function Letter({
  letter,
  when,
  zone,
}: {
  readonly letter: WholeLetter;
  readonly when: string;
  readonly zone: string;
}) {
  const { reason, path, detail, topic, incarnation, key, headers, contract_version, is_open } = letter;
  const facts = [
    ['state', is_open ? 'open: no row has its position' : 'a replay has made a row of it'],
    ['reason', path === '' ? reason : `${reason} at ${path}`],
    ['expected and found', detail],
    ['came in', `${when} ${zone}`],
    ['topic', incarnation === 0 ? topic : `${topic}, incarnation ${incarnation}`],
    ['contract', contract_version === null ? 'none' : `version ${contract_version}`],
    ['key', key ?? 'none'],
    ['headers', headers ?? 'none'],
  ] as const;
  return (
    <article>
      <Facts facts={facts} />
      <Payload payload={letter.payload} id={`payload-${incarnation}`} />
    </article>
  );
}

/** The payload as plain text, whatever its content. */
function Payload({ payload, id }: { readonly payload: string | null; readonly id: string }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        Payload <span class="quiet">{payload !== null && `${shownValue(payload.length)} characters, as it came`}</span>
      </h2>
      {payload === null ? <p class="empty">None: the record is a tombstone.</p> : <Code>{payload}</Code>}
    </section>
  );
}
