import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, integer, list, money, string, timestamp } from '../../lib/contracts/contract.ts';
import { lakeTable } from '../../lib/derive/names.ts';
import { streamsDocument } from '../../lib/derive/streams-document.ts';
import type { Generator } from '../../lib/generators/generator.ts';
import { templatesOf } from '../../lib/infra/templates.ts';
import { contracts, generators } from '../fixtures/eleven-streams.ts';
import { fixture } from '../support/fixture-project.ts';
import { laptopSink, mskEvent } from '../support/laptop-sink.ts';
import { brokers, dev, ofType, synthesised, type Templates } from '../support/synthesised.ts';

/** A file of its own in streams/ would say just this. */
const added = contract({
  name: 'garden.harvests',
  version: 1,
  description: 'One harvest of a bed.',
  owner: 'garden',
  kafkaPartitions: 3,
  key: 'bedId',
  eventTime: 'harvestedAt',
  identity: 'position',
  fields: {
    bedId: string('Id of the bed.'),
    harvestedAt: timestamp('When.'),
    pieces: integer('How many.', { nullable: true }),
    worth: money('What it would have cost.'),
    helpers: list(string('Name.'), 'Who helped.', { nullable: true }),
  },
});
const all = [...contracts, added];
const mentions = (templates: Templates, type: string, text: string) =>
  [...ofType(templates, type).values()].filter((resource) => JSON.stringify(resource).includes(text));

describe('a new stream is one file: from it follows', () => {
  const templates = synthesised({}, all);

  it('its topic, whichever way topics are made', () => {
    expect(mentions(templates, 'Custom::WeirTopic', 'garden.harvests')).toMatchObject([
      { Properties: { topic: 'garden.harvests', kafkaPartitions: 3 } },
    ]);
    const express = synthesised({ broker: brokers.express }, all);
    expect(mentions(express, 'AWS::MSK::Topic', 'garden.harvests')).toMatchObject([
      { Properties: { PartitionCount: 3 } },
    ]);
  });

  it('its mapping, with a group of its own and as many pollers as it has kafka partitions', () => {
    expect(mentions(templates, 'AWS::Lambda::EventSourceMapping', 'garden.harvests')).toMatchObject([
      {
        Properties: {
          Topics: ['garden.harvests'],
          AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'weir-dev-sink-garden.harvests' },
          ProvisionedPollerConfig: { MaximumPollers: 3 },
        },
      },
    ]);
  });

  it('what functions may do with its topic, its group and its table', () => {
    const roles = mentions(templates, 'AWS::IAM::Role', 'garden.harvests');
    // Making it, reading it, and sending to it what comes by HTTP. It has no generator.
    expect(roles.length).toBe(3);
    const sink = roles.map((role) => JSON.stringify(role)).find((role) => role.includes('kafka-cluster:ReadData'));
    expect(sink).toContain('weir-dev-sink-garden.harvests');
    expect(sink).toContain(':table/lake/garden_harvests');
    // The sink, the warehouse, and the functions that run the models and count live metrics from the lake.
    expect(mentions(templates, 'AWS::IAM::Role', ':table/lake/garden_harvests').length).toBe(4);
  });

  it('no function that sends example events, where no stream has any', () => {
    const made = (generators: readonly Generator[]) =>
      Object.keys(templatesOf(dev, { ...fixture, contracts, generators }).processing).filter((id) =>
        /generate/i.test(id),
      );
    expect(dev.generate).toBe(true);
    expect(made([])).toEqual([]);
    expect(made(generators).length).toBeGreaterThan(3);
  });

  it('its document', () => {
    expect(streamsDocument(all)).toContain('garden.harvests');
  });

  it('and nothing else changes', () => {
    const before = synthesised();
    for (const [name, stack] of Object.entries(before)) {
      expect(Object.keys(templates[name as keyof Templates])).toEqual(expect.arrayContaining(Object.keys(stack)));
    }
  });
});

describe('what the sink writes has the columns that the catalogue declares', () => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  beforeAll(async () => {
    sink = await laptopSink({ contracts: all });
  });
  afterAll(() => sink.remove());

  it('a good event of the new stream becomes a row, a bad one a dead letter', async () => {
    const good = { bedId: 'b1', harvestedAt: '2026-01-31T12:00:00Z', pieces: 3, worth: 4.5, helpers: ['Ann'] };
    const records = [{ value: JSON.stringify(good) }, { value: '{"bedId":"b1"}' }];
    await sink.newHandler()(mskEvent('garden.harvests', records));
    expect(await sink.rows(lakeTable(added), 'bed_id, pieces, worth, helpers')).toEqual([
      { bed_id: 'b1', pieces: 3, worth: '4.50', helpers: '["Ann"]' },
    ]);
    expect(await sink.rows({ database: 'lake', table: 'dead_letters' }, 'stream, reason')).toEqual([
      { stream: 'garden.harvests', reason: 'missing' },
    ]);
  });

  it.each([...all.map(lakeTable), { database: 'lake', table: 'dead_letters' }])('$database.$table', async (table) => {
    const stream = all.find((one) => lakeTable(one).table === table.table);
    // Whatever cannot be a row: its object has no rows, and its columns all the same.
    if (stream !== undefined && stream !== added)
      await sink.newHandler()(mskEvent(stream.name, [{ value: 'no JSON' }]));
    const [partition] = await sink.catalog.partitions(table);
    const file = `${sink.folder}/lake/${partition?.location}*.parquet`;
    const written = await sink.query(`describe select * from read_parquet('${file}', hive_partitioning = false)`);
    expect(written.map(({ column_name, column_type }) => [column_name, hiveType(String(column_type))])).toEqual(
      declaredColumns(table.table),
    );
  });
});

const template = synthesised({}, all);

function declaredColumns(table: string): readonly (readonly [string, string])[] {
  const tables = [...ofType(template, 'AWS::Glue::Table').values()].map(
    ({ Properties }) =>
      Properties?.TableInput as { Name: string; StorageDescriptor: { Columns: { Name: string; Type: string }[] } },
  );
  const found = tables.find(({ Name }) => Name === table);
  return found?.StorageDescriptor.Columns.map(({ Name, Type }) => [Name, Type] as const) ?? [];
}

/** DuckDB's name of a type as Hive has it. */
function hiveType(type: string): string {
  const names: Readonly<Record<string, string>> = { varchar: 'string', integer: 'int', blob: 'binary' };
  const lower = type.toLowerCase();
  return names[lower] ?? lower;
}
