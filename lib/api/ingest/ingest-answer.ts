import type { EventOutcome, Ingested } from '../../pipeline/ingest/ingest.ts';
import { ApiError, type ErrorCode, errorBody, errorStatus } from '../api-error.ts';
import type { ApiAnswer } from '../route.ts';

/** The answer for one event, identified by its index in the request. */
function eventAnswer(topic: string, outcome: EventOutcome, index: number) {
  switch (outcome.status) {
    case 'accepted': {
      const { status, identity, kafkaPartition, offset } = outcome;
      return { index, status, id: identity, topic, kafka_partition: kafkaPartition, offset };
    }
    case 'refused': {
      const { status, reason, path, detail } = outcome;
      return { index, status, reason, path, detail };
    }
    case 'unacknowledged':
    case 'not_taken':
      return { index, status: outcome.status };
    default:
      return outcome satisfies never;
  }
}

/** The response of `/events/…`: 202 if every event was accepted, otherwise an error with the outcome of each event. */
export function ingestAnswer(topic: string, { outcomes }: Ingested): ApiAnswer {
  const countOf = (status: EventOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  const counts = {
    accepted: countOf('accepted'),
    refused: countOf('refused'),
    unacknowledged: countOf('unacknowledged'),
    not_taken: countOf('not_taken'),
  };
  const events = outcomes.map((outcome, index) => eventAnswer(topic, outcome, index));
  if (counts.accepted === outcomes.length) return { status: 202, body: { ...counts, retry: false, events } };
  const code = codeOf(outcomes, counts.unacknowledged);
  const error = new ApiError(code, messageOf(counts, outcomes.length));
  const isAway = code === 'unavailable';
  return {
    status: errorStatus[code],
    body: { ...errorBody(error), ...counts, retry: isAway, events },
    ...(isAway && { headers: RETRY_LATER }),
  };
}

/** The failure may be temporary, so the client is asked to retry. */
export const RETRY_LATER = { 'retry-after': '2' };

function codeOf(outcomes: readonly EventOutcome[], unacknowledged: number): ErrorCode {
  if (unacknowledged > 0) return 'unavailable';
  const refused = outcomes.filter((outcome) => outcome.status === 'refused');
  return refused.every(({ isTooLarge }) => isTooLarge) ? 'too_large' : 'events_refused';
}

interface Counts {
  readonly accepted: number;
  readonly refused: number;
  readonly unacknowledged: number;
  readonly not_taken: number;
}

function messageOf({ accepted, refused, unacknowledged, not_taken }: Counts, all: number): string {
  if (unacknowledged > 0) {
    return (
      `the log did not acknowledge ${unacknowledged} of ${all} events: send those again, and no others; ` +
      'some of them may be on the topic all the same, and are there twice then'
    );
  }
  const rest = not_taken > 0 ? 'the others were not taken' : `${accepted} were accepted: do not send those again`;
  return `${refused} of ${all} events were refused, each for the reason that stands with its index; ${rest}`;
}
