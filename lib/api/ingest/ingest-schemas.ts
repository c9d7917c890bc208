import type { JsonSchema } from '../../derive/json-schema.ts';
import { rejectionReasons } from '../../pipeline/outcome.ts';
import { errorProperties, errorSchema } from '../api-error.ts';
import { listOf, objectSchema } from '../metric-schemas.ts';

const whole = { type: 'integer', minimum: 0 };
const text = { type: 'string' };
const index = { ...whole, description: 'Index of the event in the request, from 0.' };

const acceptedEvent = objectSchema({
  index,
  status: { const: 'accepted' },
  id: { type: ['string', 'null'], description: 'Identity of the event; null if that is its position.' },
  topic: text,
  kafka_partition: whole,
  offset: whole,
});

const refusedEvent = objectSchema({
  index,
  status: { const: 'refused' },
  reason: { type: 'string', enum: rejectionReasons },
  path: { ...text, description: 'Dotted path of the first invalid field; empty if the event as a whole is invalid.' },
  detail: { ...text, description: 'What was expected, and the type of what was found; never a value of the event.' },
});

const otherEvent = objectSchema({
  index,
  status: {
    enum: ['unacknowledged', 'not_taken'],
    description:
      '`unacknowledged`: sent to the log, which did not acknowledge it. `not_taken`: a valid event that was not sent because of ' +
      'another event in the request.',
  },
});

const outcomes = {
  accepted: whole,
  refused: whole,
  unacknowledged: whole,
  not_taken: whole,
  retry: { type: 'boolean', description: 'Whether sending the unacknowledged events again may succeed.' },
};

/** 202: every event is on every in-sync replica. */
export const acceptedSchema: JsonSchema = {
  title: 'AcceptedEvents',
  ...objectSchema({ ...outcomes, events: listOf(acceptedEvent) }),
};

/** An error; if the events could be read, it includes the outcome of each. */
export const ingestErrorSchema: JsonSchema = {
  ...errorSchema,
  title: 'IngestError',
  properties: {
    ...errorProperties,
    ...outcomes,
    events: listOf({ oneOf: [acceptedEvent, refusedEvent, otherEvent] }),
  },
};
