import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const countOrNull = { type: ['integer', 'null'], description: 'Null until what is in the lake already is counted.' };

export const streamsSchema = listOf(
  objectSchema({
    stream: text,
    topic: text,
    events_in: countOrNull,
    rows: countOrNull,
    dead_letters: countOrNull,
    lag: { ...count, description: 'Records on the topic that are not in the lake yet.' },
    newest: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'Kafka timestamp of the newest record that this run has brought into the lake.',
    },
  }),
);

export const statusSchema = objectSchema({ streams: streamsSchema });

export const healthSchema = objectSchema({
  status: {
    type: 'string',
    enum: ['ok', 'filling', 'failing'],
    description: '`filling`: some metrics are still to be counted from the lake, which goes on by itself.',
  },
  gaps: { ...listOf(text), description: 'Metrics that are not complete.' },
  troubles: listOf(
    objectSchema({
      state: { type: 'string', enum: ['trying', 'stopped'], description: '`stopped`: somebody has to do something.' },
      what: text,
      message: text,
    }),
  ),
});
