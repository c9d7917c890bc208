import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const countOrNull = { type: ['integer', 'null'], minimum: 0 };
const moment = { type: 'string', format: 'date-time' };
const day = { type: 'string', format: 'date' };
const hour = { type: 'string', description: '`2026-01-31T13`, UTC.' };
const hourOrNull = { ...hour, type: ['string', 'null'] };
const range = { type: 'array', items: count, minItems: 2, maxItems: 2, description: 'First and last offset.' };
const ranges = { ...listOf(range), description: 'The first ones, at most 20.' };

const figures = {
  table: { ...text, description: 'The folder: `shop_purchases`.' },
  hour,
  registered: { ...flag, description: 'The catalogue has the hour, so readers see it.' },
  generation: { ...count, description: 'How often the hour was compacted.' },
  compacted: flag,
  rows: { ...countOrNull, description: 'Null where an object cannot be read.' },
  objects: { ...count, description: 'Objects of the generation, seals included.' },
  bytes: countOrNull,
  late: { ...countOrNull, description: 'Rows that were written after the hour was compacted.' },
};

export const lakeSchema = objectSchema({
  from: day,
  to: day,
  tables: listOf(
    objectSchema({ table: text, name: text, stream: { ...textOrNull, description: 'Null of dead letters.' } }),
  ),
  hours: listOf(objectSchema(figures)),
});

export const lakeHourSchema = objectSchema({
  ...figures,
  name: text,
  location: { ...textOrNull, description: 'The folder that readers read; null where the hour is not registered.' },
  generations: listOf(objectSchema({ generation: count, objects: count })),
  chains: listOf(
    objectSchema({
      ...{ stream: text, incarnation: count, kafka_partition: count, covered: ranges },
      covered_ranges: { ...count, description: 'How many ranges of offsets are covered.' },
      ...{ rows: count, rejected: count, repeated: count },
      newest: { type: ['string', 'null'], format: 'date-time' },
    }),
  ),
  listed: {
    ...listOf(
      objectSchema({
        object: text,
        kind: { type: 'string', enum: ['rows', 'amend', 'seal', 'compact', 'part', 'damaged'] },
        ...{ bytes: countOrNull, kafka_partition: countOrNull, slot: countOrNull, offsets: ranges },
      }),
    ),
    description: 'The first objects of the generation, at most 200.',
  },
});

export const auditSchema = objectSchema({
  audit: {
    anyOf: [
      { type: 'null' },
      objectSchema({
        ...{ began_at: moment, ended_at: moment, stream: textOrNull, from: hourOrNull, to: hourOrNull, hours: count },
        compared_live: { ...flag, description: 'Live metrics were compared with the lake.' },
        findings: listOf(
          objectSchema({
            ...{ kind: text, table: text, hour: hourOrNull, message: text, remedy: text },
            command: { ...textOrNull, description: 'Repairs it; null where a person must.' },
          }),
        ),
      }),
    ],
  },
});
