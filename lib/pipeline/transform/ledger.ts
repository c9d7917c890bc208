import type { Statement } from '../ports.ts';

/**
 * The ledger: a row for each model and hour that was published, and one for each whose last run failed. A view also has
 * a row without an hour: its definition.
 */
export const OPS_TABLES: Readonly<Record<string, readonly string[]>> = {
  'ops.runs': [
    'model varchar(256)',
    'hour_start timestamp',
    'outcome varchar(16)',
    'version varchar(64)',
    'definition varchar(64)',
    'row_count bigint',
    'error varchar(4096)',
    'ran_at timestamp',
  ],
  'ops.test_results': [
    'model varchar(256)',
    'hour_start timestamp',
    'test varchar(4096)',
    'broken_rows bigint',
    'row_text varchar(65535)',
    'tested_at timestamp',
  ],
};

const OF_HOUR = 'model = :model and hour_start = cast(:hour_start as timestamp)';
const COLUMNS = 'model, hour_start, outcome, version, definition, row_count, error, ran_at';

/** The hour was published: its earlier rows, including failed tests, are replaced. `relation` is what was published. */
export const succeeded = (relation: string): readonly string[] => [
  `delete from ops.runs where ${OF_HOUR}`,
  `delete from ops.test_results where ${OF_HOUR}`,
  `insert into ops.runs (${COLUMNS}) select :model, cast(:hour_start as timestamp), 'succeeded', :version, :definition, ` +
    `count(*), null, cast(:loaded_at as timestamp) from ${relation} as published`,
];

/** The hour was not published: the previous content stays, and so does its row. */
export const failed: readonly string[] = [
  `delete from ops.runs where ${OF_HOUR} and outcome = 'failed'`,
  `delete from ops.test_results where ${OF_HOUR}`,
  `insert into ops.runs (${COLUMNS}) select :model, cast(:hour_start as timestamp), 'failed', :version, :definition, ` +
    'cast(null as bigint), :error, cast(:loaded_at as timestamp)',
];

export const defined: readonly string[] = [
  'delete from ops.runs where model = :model and hour_start is null',
  `insert into ops.runs (${COLUMNS}) select :model, cast(null as timestamp), 'defined', '', :definition, ` +
    'cast(null as bigint), null, cast(:loaded_at as timestamp)',
];

/**
 * Model, hour and version of published hours from `:hour_start` to before `:hour_end`, except those whose last run
 * failed: these must run again.
 */
export const publishedQuery: Pick<Statement, 'name' | 'sql'> = {
  name: 'ops.runs: what is published of the hours',
  sql:
    "select model, hour_start, version from ops.runs where outcome = 'succeeded' " +
    'and hour_start >= cast(:hour_start as timestamp) and hour_start < cast(:hour_end as timestamp) and ' +
    'not exists (select 1 from ops.runs as failed where failed.model = runs.model and failed.hour_start = runs.hour_start ' +
    "and failed.outcome = 'failed')",
};

/** The hours in which the last run of a model failed. */
export const failedHoursQuery: Statement = {
  name: 'ops.runs: hours that failed',
  sql: "select distinct hour_start from ops.runs where outcome = 'failed'",
  parameters: {},
};
