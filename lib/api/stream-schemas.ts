import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const cell = {
  type: ['string', 'number', 'boolean', 'null'],
  description: 'Decimals, timestamps and 64-bit integers are strings.',
};

export const streamFactsSchema = objectSchema({
  ...{ stream: text, description: text, owner: text, version: count, topic: text, kafka_partitions: count },
  ...{
    retention_hours: count,
    key: textOrNull,
    event_time: text,
    identity: text,
    refined_from: textOrNull,
    table: text,
  },
  fields: listOf(
    objectSchema({
      ...{
        name: text,
        type: text,
        nullable: flag,
        masked: flag,
        description: text,
        unit: textOrNull,
        rule: textOrNull,
      },
    }),
  ),
  columns: listOf(objectSchema({ name: text, type: text, description: text })),
  example: {
    type: ['object', 'null'],
    description: 'An event that the contract accepts; null if no example is known.',
  },
});

export const streamRowsSchema = objectSchema({ columns: listOf(text), rows: listOf(listOf(cell)) });

export const fateSchema = objectSchema({
  state: { type: 'string', enum: ['waiting', 'row', 'dead_letter'] },
  row: { type: ['object', 'null'], additionalProperties: cell },
});
