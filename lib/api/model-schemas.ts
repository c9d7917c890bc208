import { listOf, objectSchema } from './metric-schemas.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };
const countOrNull = { type: ['integer', 'null'], minimum: 0 };
const moment = { type: 'string', format: 'date-time' };
const momentOrNull = { type: ['string', 'null'], format: 'date-time' };
const hour = { type: 'string', description: '`2026-01-31T13`, UTC.' };
const hourOrNull = { ...hour, type: ['string', 'null'] };

const node = {
  ...{ model: text, kept: text, description: text },
  reads: { ...listOf(text), description: 'Models and tables of the lake.' },
  state: {
    type: 'string',
    enum: ['current', 'behind', 'failed', 'never_run', 'unknown'],
    description: '`unknown`: the ledger cannot be read while the models run for the first time.',
  },
  lake_hour: { ...hourOrNull, description: 'The newest hour in the lake of what it reads.' },
  newest_hour: { ...hourOrNull, description: 'The newest published hour.' },
  rows: { ...countOrNull, description: 'Rows that the run of that hour wrote; of a view, rows that were tested.' },
  last_run: momentOrNull,
  failed_hours: { ...count, description: 'Hours whose last run failed.' },
  broken_tests: listOf(text),
  error: { ...textOrNull, description: 'The error of the newest hour that failed.' },
};

export const modelListSchema = objectSchema({
  models: listOf(objectSchema(node)),
  tables: listOf(objectSchema({ table: text, newest_hour: hourOrNull })),
  running_since: { ...momentOrNull, description: 'When the running models began; null while none run.' },
  as_of: {
    ...momentOrNull,
    description: 'When the ledger was last read; null if it could not be read yet, or does not exist.',
  },
});

export const modelSchema = objectSchema({
  ...node,
  ...{ file: text, grain: listOf(text), sql: text, tests: listOf(text) },
  columns: listOf(objectSchema({ name: text, type: text, nullable: { type: 'boolean' } })),
  read_by: { ...listOf(text), description: 'Models that read it, directly or through others.' },
  runs: {
    ...listOf(objectSchema({ hour, outcome: text, rows: countOrNull, ran_at: moment, error: textOrNull })),
    description: 'The newest hours first; at most 24.',
  },
  broken_rows: {
    ...listOf(
      objectSchema({ hour, test: text, broken_rows: count, row: { ...text, description: 'Its columns and values.' } }),
    ),
    description: 'Rows that break a test: at most 20 of a test and an hour, the newest hours first, at most 100.',
  },
});

export const modelRunSchema = objectSchema({
  hours: { ...count, description: 'Hours that had something to run.' },
  published: { ...count, description: 'Runs of a model over an hour that were published.' },
  unchanged: count,
  stopped: { ...count, description: 'Runs that were skipped because a model that they read had failed.' },
  failures: listOf(objectSchema({ model: text, hour, message: text })),
});
