import { rejectionReasons } from '../pipeline/outcome.ts';
import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };
const moment = { type: 'string', format: 'date-time' };
const reason = { type: 'string', enum: rejectionReasons };
const path = { type: 'string', description: 'The first failing field; empty for the whole record.' };
const position = { kafka_partition: count, kafka_offset: count };

const row = {
  ...{ stream: text, topic: text, incarnation: count, ...position, ingested_at: moment, reason, path, detail: text },
  is_open: { type: 'boolean', description: 'No row of its table has its position.' },
};

export const letterSchema = objectSchema({
  ...row,
  key: textOrNull,
  payload: {
    ...textOrNull,
    description: 'As text; `base64:` and the bytes where it is no UTF-8; null for a tombstone.',
  },
  headers: { ...textOrNull, description: 'JSON text.' },
  contract_version: { type: ['integer', 'null'] },
});

export const letterListSchema = objectSchema({
  groups: {
    ...listOf(objectSchema({ stream: text, reason, path, open: count, letters: count, newest: moment })),
    description: 'Those with the most open letters first; at most 200.',
  },
  letters: listOf(objectSchema(row)),
});

export const replaySchema = objectSchema({
  made: { ...count, description: 'Letters that are rows now; of a dry run, that would be.' },
  left: { ...count, description: 'Letters that stay letters.' },
  by_others: { ...count, description: 'Letters that another replay made rows of meanwhile.' },
  rows_before: { ...count, description: 'Letters that are meant, and were rows before.' },
  uncounted: { ...count, description: 'Offsets that live metrics still wait for; repeat the request to count them.' },
  letters: {
    ...listOf(
      objectSchema({
        ...{ ...position, reason, path },
        stays_because: { ...textOrNull, description: 'Null where it is, or would be, a row.' },
      }),
    ),
    description: 'The first letters, those that stay before the others; at most 50.',
  },
});
