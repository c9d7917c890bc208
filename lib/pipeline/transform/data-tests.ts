import { quoted } from '../../derive/quoted.ts';
import type { DataTest } from './model.ts';

/** A select of the rows of `relation` that break the test, and the columns that it shows. */
interface Violations {
  readonly select: string;
  readonly columns: readonly string[];
}

function violations(test: DataTest, relation: string, grain: readonly string[]): Violations {
  const shown = grain.map((name) => `rows_tested.${quoted(name)}`).join(', ');
  const where = (condition: string) => ({
    select: `select ${shown} from ${relation} as rows_tested where ${condition}`,
    columns: grain,
  });
  switch (test.kind) {
    case 'unique': {
      const names = test.columns.map(quoted).join(', ');
      return {
        select: `select ${names} from ${relation} as rows_tested group by ${names} having count(*) > 1`,
        columns: test.columns,
      };
    }
    case 'not null':
      return where(test.columns.map((name) => `rows_tested.${quoted(name)} is null`).join(' or '));
    case 'relationship': {
      const own = `rows_tested.${quoted(test.column)}`;
      return {
        select:
          `select distinct ${own} from ${relation} as rows_tested where ${own} is not null and ` +
          `not exists (select 1 from ${test.table} as found where found.${quoted(test.tableColumn)} = ${own})`,
        columns: [test.column],
      };
    }
    case 'accepted values':
      return where(`rows_tested.${quoted(test.column)} not in (${test.values})`);
    case 'expression':
      return where(`not (${test.expression})`);
    default:
      return test satisfies never;
  }
}

/** Returns a statement that fails if rows break the test: its error contains the test and the number of rows. */
export function failingTest(test: DataTest, relation: string, grain: readonly string[]): string {
  const { select } = violations(test, relation, grain);
  return (
    `select cast(case when count(*) = 0 then '0' else ${literal(`${test.text} is broken, rows: `)} || ` +
    `cast(count(*) as varchar(20)) end as integer) as broken from (${select}) as violations`
  );
}

/** Limits the test’s text: a character takes up to four of the column’s 4,096 bytes. */
const MAX_TEST_CHARACTERS = 1000;

/** Limits each value of such a row: with a grain of sixty columns the text still fits into the ledger's column. */
const MAX_CHARACTERS_RECORDED = 250;

/** The maximum number of rows recorded for one broken test. */
const MAX_ROWS_RECORDED = 20;

/** Returns a statement that records the rows that break the test; it records nothing if none do. */
export function recordedTest(test: DataTest, relation: string, grain: readonly string[]): string {
  const { select, columns } = violations(test, relation, grain);
  const row = columns
    .map(
      (name) =>
        `'${name}=' || coalesce(left(cast(violations.${quoted(name)} as varchar(65535)), ${MAX_CHARACTERS_RECORDED}), 'null')`,
    )
    .join(` || ', ' || `);
  return (
    'insert into ops.test_results (model, hour_start, test, broken_rows, row_text, tested_at) ' +
    `select :model, cast(:hour_start as timestamp), ${literal(test.text.slice(0, MAX_TEST_CHARACTERS))}, count(*) over (), ${row}, ` +
    `cast(:loaded_at as timestamp) from (${select}) as violations limit ${MAX_ROWS_RECORDED}`
  );
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
