import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const countOrNull = {
  type: ['integer', 'null'],
  description: 'Null in AWS, and until the existing rows have been counted.',
};

export const streamsSchema = listOf(
  objectSchema({
    stream: text,
    topic: text,
    events_in: countOrNull,
    rows: countOrNull,
    dead_letters: countOrNull,
    lag: {
      type: ['integer', 'null'],
      minimum: 0,
      description: 'Records on the topic that are not in the lake yet; null in AWS, where CloudWatch has the figure.',
    },
    newest: {
      type: ['string', 'null'],
      format: 'date-time',
      description:
        'Kafka timestamp of the newest record that this run wrote to the lake; in AWS, of the newest record that live metrics counted.',
    },
  }),
);

export const statusSchema = objectSchema({ streams: streamsSchema });

export const healthSchema = objectSchema({
  status: {
    type: 'string',
    enum: ['ok', 'filling', 'failing'],
    description: '`filling`: some metrics are still being counted from the lake; no action is needed.',
  },
  gaps: { ...listOf(text), description: 'Metrics that are incomplete.' },
  troubles: listOf(
    objectSchema({
      state: { type: 'string', enum: ['trying', 'stopped'], description: '`stopped`: someone has to intervene.' },
      what: text,
      message: text,
    }),
  ),
});
