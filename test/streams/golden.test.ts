import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Column, columns, deadLetterColumns } from '../../lib/derive/columns.ts';
import { emptyView } from '../../lib/derive/duckdb.ts';
import { deadLetterGlueTable, glueTables } from '../../lib/derive/glue.ts';
import { DEAD_LETTERS, lakeTable } from '../../lib/derive/names.ts';
import { externalSchemaStatement, externalSchemas, redshiftTable } from '../../lib/derive/redshift.ts';
import { topicConfig, topicSettings } from '../../lib/derive/topic.ts';
import { expectGolden, goldenJson } from '../support/golden.ts';
import { contracts } from '../support/shipped.ts';

const LAKE = 's3://example-lake';
const ROLE = 'arn:aws:iam::123456789012:role/example-spectrum';

describe.each(contracts)('what follows from $name is reviewed: it is as committed', (contract) => {
  const golden = (file: string, text: string) => expectGolden(`${contract.name}/${file}`, text);
  const name = lakeTable(contract);

  it('topic', () => {
    const settings = topicSettings(contract);
    golden('topic.json', goldenJson({ settings, config: topicConfig(settings) }));
  });
  it('columns', () => golden('columns.json', goldenJson(columns(contract).map(withoutLongLists))));
  it('Glue tables', () => golden('glue.json', goldenJson(glueTables(contract, `${LAKE}/${name.table}/`))));
  it('DuckDB view', () => golden('duckdb.sql', `${emptyView(name, columns(contract))};\n`));
  it('Redshift table', () => {
    golden('redshift.sql', `${redshiftTable({ database: 'staging', table: name.table }, columns(contract))};\n`);
  });
});

describe('what follows from no contract in particular is as committed', () => {
  it('the table of dead letters', () => {
    expectGolden('dead_letters/columns.json', goldenJson(deadLetterColumns));
    expectGolden('dead_letters/glue.json', goldenJson(deadLetterGlueTable(`${LAKE}/${DEAD_LETTERS.table}/`)));
    expectGolden('dead_letters/duckdb.sql', `${emptyView(DEAD_LETTERS, deadLetterColumns)};\n`);
  });
  it('Redshift’s external schemas', () => {
    const statements = externalSchemas(contracts).map((schema) => `${externalSchemaStatement(schema, ROLE)};\n`);
    expectGolden('external-schemas.sql', statements.join('\n'));
  });
});

it('no golden is left over from a stream that no longer exists', () => {
  const folders = readdirSync(new URL('../golden/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const expected = [...contracts.map(({ name }) => name), 'dead_letters', 'released'];
  expect(expected).toEqual(expect.arrayContaining(folders));
});

/** The currency codes are a file of their own; hundreds of them would hide the columns. */
function withoutLongLists(column: Column): unknown {
  const { rule } = column;
  return rule?.oneOf === undefined ? column : { ...column, rule: { ...rule, oneOf: `${rule.oneOf.length} values` } };
}
