import { rejectionReasons } from '../pipeline/outcome.ts';
import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };
const moment = { type: 'string', format: 'date-time' };
const reason = { type: 'string', enum: rejectionReasons };
const path = {
  type: 'string',
  description: 'Path of the first invalid field; empty if the record as a whole is invalid.',
};
const position = { kafka_partition: count, kafka_offset: count };

const row = {
  ...{ stream: text, topic: text, incarnation: count, ...position, ingested_at: moment, reason, path, detail: text },
  is_open: { type: 'boolean', description: 'Whether no row of the stream’s table has this position.' },
};

export const letterSchema = objectSchema({
  ...row,
  key: textOrNull,
  payload: {
    ...textOrNull,
    description: 'As text; `base64:` and the encoded bytes if it is not valid UTF-8; null for a tombstone.',
  },
  headers: { ...textOrNull, description: 'JSON text.' },
  contract_version: { type: ['integer', 'null'] },
});

export const letterListSchema = objectSchema({
  groups: {
    ...listOf(objectSchema({ stream: text, reason, path, open: count, letters: count, newest: moment })),
    description: 'At most 200 groups; those with the most open letters come first.',
  },
  letters: listOf(objectSchema(row)),
});

export const replaySchema = objectSchema({
  made: { ...count, description: 'Letters that became rows, or, in a dry run, would become rows.' },
  left: { ...count, description: 'Letters that remain dead letters.' },
  by_others: { ...count, description: 'Selected letters that a concurrent replay turned into rows.' },
  rows_before: { ...count, description: 'Selected letters that already were rows.' },
  refined_rows: { ...count, description: 'Rows that were made in tables refined from the stream.' },
  unrefined: {
    ...count,
    description: 'Replayed letters, by refined table, whose events the table lacks: they are refused.',
  },
  uncounted: {
    ...count,
    description: 'Offsets that live metrics have not counted yet; repeat the request to count them.',
  },
  letters: {
    ...listOf(
      objectSchema({
        ...{ ...position, reason, path },
        stays_because: {
          ...textOrNull,
          description: 'Why it remains a dead letter; null if it became, or would become, a row.',
        },
      }),
    ),
    description: 'The first letters, at most 50; those that remain dead letters come first.',
  },
});
