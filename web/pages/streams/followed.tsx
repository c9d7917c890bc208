import type { Fate } from '../../../lib/api/stream-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { shownValue } from '../../model/format.ts';
import { linkTo, type Place } from '../../model/location.ts';
import { usePolled } from '../../use-polled.ts';

export interface Position {
  readonly topic: string;
  readonly kafka_partition: number;
  readonly offset: number;
}

interface FollowedProps {
  readonly stream: string;
  readonly position: Position;
  readonly place: Place;
}

/** An event's progress from the topic to the lake. */
export function Followed({ stream, position, place }: FollowedProps) {
  const { topic, kafka_partition, offset } = position;
  const { body, failure } = usePolled<Fate>(apiPath(['streams', stream, 'records', kafka_partition, offset]));
  return (
    <ol class="reasons">
      <li>Accepted by the contract.</li>
      <li>
        On topic {topic}, kafka partition {kafka_partition}, offset {shownValue(offset)}.
      </li>
      <li>
        {failure === null ? (
          <InLake fate={body} {...{ stream, position, place }} />
        ) : (
          `It is not known whether it is in the lake: ${failure.message}.`
        )}
      </li>
    </ol>
  );
}

function InLake({ fate, stream, position, place }: FollowedProps & { readonly fate: Fate | null }) {
  const { kafka_partition, offset } = position;
  const state = fate?.state ?? 'waiting';
  switch (state) {
    case 'waiting':
      return <>Waiting for the sink, which writes a batch every few seconds…</>;
    case 'row':
      return (
        <>
          A row of the hour {String(fate?.row?.dt)} {String(fate?.row?.hour).padStart(2, '0')}:00 UTC.
        </>
      );
    case 'dead_letter':
      return (
        <a href={linkTo(place, ['dead-letters', stream, String(kafka_partition), String(offset)])}>
          A dead letter: see why.
        </a>
      );
    default:
      return state satisfies never;
  }
}
