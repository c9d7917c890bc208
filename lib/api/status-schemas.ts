import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const countOrNull = {
  type: ['integer', 'null'],
  description: 'Null until what is in the lake already is counted, and in AWS.',
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
      description: 'Records on the topic that are not in the lake yet; null in AWS, where CloudWatch has it.',
    },
    newest: {
      type: ['string', 'null'],
      format: 'date-time',
      description:
        'Kafka timestamp of the newest record that this run has brought into the lake; in AWS of the newest that live metrics count.',
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
