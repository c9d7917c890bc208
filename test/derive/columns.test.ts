import type { CreateTableRequest } from '@aws-sdk/client-glue';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { SYSTEM_COLUMNS } from '../../lib/contracts/column-name.ts';
import {
  bigint,
  boolean,
  contract,
  date,
  decimal,
  decimalOrText,
  double,
  epochMillis,
  type Fields,
  integer,
  json,
  list,
  map,
  string,
  struct,
  timestamp,
  uuid,
} from '../../lib/contracts/contract.ts';
import { columns, partitionColumns } from '../../lib/derive/columns.ts';
import { duckdbType } from '../../lib/derive/duckdb.ts';
import { deadLetterGlueTable, type GlueTable, glueTables, glueType } from '../../lib/derive/glue.ts';
import { redshiftType } from '../../lib/derive/redshift.ts';
import { streamsDocument } from '../../lib/derive/streams-document.ts';
import { topicConfig, topicOf, topicSettings } from '../../lib/derive/topic.ts';
import { contracts } from '../support/fixture-project.ts';

const declared = (fields: Fields, description = 'A stream.') =>
  contract({
    name: 'test.stream',
    version: 1,
    description,
    owner: 'tests',
    fields,
    key: null,
    eventTime: { description: 'never', of: () => '' },
    identity: 'position',
  });
const column = (fields: Fields, name: string) => {
  const found = columns(declared(fields)).find((column) => column.name === name);
  if (found === undefined) throw new Error(`expected a column ${name}`);
  return found;
};

describe('columns', () => {
  it('are the fields in snake case, then event_id, then Weir’s own', () => {
    const fields = { event_id: string('Id.', { nullable: true }), orderTotal: integer('Total.'), at: timestamp('At.') };
    expect(columns(declared(fields)).map(({ name }) => name)).toEqual([
      'order_total',
      'at',
      'event_id',
      'event_time',
      'incarnation',
      'kafka_partition',
      'kafka_offset',
      'ingested_at',
      'contract_version',
      '_extra',
    ]);
  });

  it('have an event_id, always null, for a stream whose events have none', () => {
    expect(column({ a: string('A.') }, 'event_id')).toMatchObject({ nullable: true, source: 'system' });
    expect(column({ event_id: string('Id.') }, 'event_id')).toMatchObject({ source: { field: 'event_id' } });
  });

  it('are none that a contract takes for a field, but for event_id', () => {
    const own = [...columns(declared({})), ...partitionColumns].filter(({ name }) => name !== 'event_id');
    expect(SYSTEM_COLUMNS).toEqual(expect.arrayContaining(own.map(({ name }) => name)));
  });

  it('are personal when anything inside is', () => {
    const person = struct({ name: string('Name.', { personal: true }) }, 'A person.');
    expect(column({ people: list(person, 'People.') }, 'people')).toMatchObject({ personal: true, json: true });
    expect(column({ sizes: map(integer('Size.'), 'Sizes.') }, 'sizes')).toMatchObject({ personal: false, json: true });
  });
});

describe('a field’s type in each engine', () => {
  it.each([
    ['string', string('A.'), 'VARCHAR', 'string', 'varchar(65535)'],
    ['short string', string('A.', { maxLength: 256 }), 'VARCHAR', 'string', 'varchar(1024)'],
    ['long string', string('A.', { maxLength: 20_000 }), 'VARCHAR', 'string', 'varchar(65535)'],
    ['integer', integer('A.'), 'INTEGER', 'int', 'integer'],
    ['bigint', bigint('A.'), 'BIGINT', 'bigint', 'bigint'],
    ['double', double('A.'), 'DOUBLE', 'double', 'double precision'],
    ['decimal', decimal(20, 4, 'A.'), 'DECIMAL(20,4)', 'decimal(20,4)', 'decimal(20,4)'],
    ['boolean', boolean('A.'), 'BOOLEAN', 'boolean', 'boolean'],
    ['timestamp', timestamp('A.'), 'TIMESTAMP', 'timestamp', 'timestamp'],
    ['milliseconds', epochMillis('A.'), 'TIMESTAMP', 'timestamp', 'timestamp'],
    ['date', date('A.'), 'DATE', 'date', 'date'],
    ['uuid', uuid('A.'), 'VARCHAR', 'string', 'varchar(36)'],
    ['json', json('A.'), 'VARCHAR', 'string', 'varchar(65535)'],
    ['decimal as text', decimalOrText(20, 4, 'A.'), 'DECIMAL(20,4)', 'decimal(20,4)', 'decimal(20,4)'],
    ['nested', list(integer('A.'), 'B.'), 'VARCHAR', 'string', 'varchar(65535)'],
  ] as const)('%s', (_, field, duckdb, glue, redshift) => {
    const found = column({ a: field }, 'a');
    expect([duckdbType(found.type), glueType(found.type), redshiftType(found.type)]).toEqual([duckdb, glue, redshift]);
  });
});

describe('Glue', () => {
  it('takes the table as it is', () => {
    expectTypeOf<GlueTable>().toExtend<CreateTableRequest>();
  });

  const long = `${'x'.repeat(300)}.`;
  it('gets comments as long as it takes them', () => {
    const [table] = glueTables(declared({ a: string(long), b: integer(long, { unit: 'pieces' }) }), 's3://lake/t/');
    const comments = table?.TableInput.StorageDescriptor.Columns.map(({ Comment }) => Comment.length) ?? [];
    expect(Math.max(...comments)).toBe(255);
  });

  it('gets the unit with the description', () => {
    const [table] = glueTables(declared({ a: integer('Weight.', { unit: 'grams' }) }), 's3://lake/t/');
    expect(table?.TableInput.StorageDescriptor.Columns[0]?.Comment).toBe('Weight. Unit: grams.');
  });
});

it('no table of the lake has a binary column, which Redshift does not read in a table with partitions', () => {
  const tables = [...contracts.flatMap((one) => glueTables(one, 's3://lake/t/')), deadLetterGlueTable('s3://lake/d/')];
  const types = tables.flatMap(({ TableInput }) => TableInput.StorageDescriptor.Columns.map(({ Type }) => Type));
  const known = /^(string|int|bigint|double|boolean|timestamp|decimal\(\d+,\d+\))$/;
  expect(tables.length).toBeGreaterThan(contracts.length);
  expect(types.filter((type) => !known.test(type))).toEqual([]);
});

describe('a topic', () => {
  const stream = declared({ a: string('A.') });
  it('is named like the stream, unless a setting says otherwise', () => {
    expect(topicOf(stream)).toBe('test.stream');
    expect(topicOf(stream, new Map([['test.stream', 'legacy-topic']]))).toBe('legacy-topic');
    expect(topicSettings(stream, new Map([['other', 'x']])).topic).toBe('test.stream');
  });

  it('has the broker’s timestamps and the contract’s retention', () => {
    const settings = topicSettings({ ...stream, retentionHours: 0.5 });
    expect(settings).toMatchObject({ timestampType: 'LogAppendTime', retentionMs: 1_800_000 });
    expect(topicConfig(settings)).toMatchObject({ 'retention.ms': '1800000', 'cleanup.policy': 'delete' });
  });
});

it('the page on streams keeps a cell in its row, whatever a description holds', () => {
  expect(streamsDocument([declared({ a: string('A.') }, 'Either | or\nboth.')])).toContain('Either \\| or both.');
});
