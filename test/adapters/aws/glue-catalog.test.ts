import { GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { glueCatalog } from '../../../lib/adapters/aws/glue-catalog.ts';
import type { Catalog } from '../../../lib/pipeline/ports.ts';
import { type ScriptedAnswer, scriptedHttpServer } from '../../support/scripted-http-server.ts';

const locationPrefix = 's3://bucket/lake/';
const table = { database: 'lake', table: 'shop_purchases' };

const locationOf = (generation: number, hour = '05') => `shop_purchases/dt=2026-01-31/hour=${hour}/g=${generation}/`;
const partition = (generation: number) => ({
  dt: '2026-01-31',
  hour: 5,
  generation,
  location: locationOf(generation),
});

const answer = (body: object): ScriptedAnswer => ({ status: 200, body: JSON.stringify(body) });
const refusal = (type: string): ScriptedAnswer => ({
  status: 400,
  body: JSON.stringify({ __type: type, Message: 'said by the server' }),
});
const inGlue = (location: string, values = ['2026-01-31', '5']) => ({
  Values: values,
  StorageDescriptor: { Location: `${locationPrefix}${location}` },
});
const registered = (generation: number) => answer({ Partition: inGlue(locationOf(generation)) });
const notThere = refusal('EntityNotFoundException');
const tableFound = answer({ Table: { Name: 'shop_purchases', StorageDescriptor: { Columns: [{ Name: 'price' }] } } });
const done = answer({});

let server: Awaited<ReturnType<typeof scriptedHttpServer>>;
let client: GlueClient;
let catalog: Catalog;
beforeAll(async () => {
  server = await scriptedHttpServer();
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  client = new GlueClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
});
beforeEach(() => {
  catalog = glueCatalog({ client, locationPrefix, catalogId: '123456789012' });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

/** The names of the operations that Glue was asked for, in order. */
const operations = () => server.requests().map(({ headers }) => String(headers['x-amz-target']).split('.')[1]);

describe('registering in Glue', () => {
  it('asks once for the table, and creates a new hour with its descriptor at an absolute location', async () => {
    server.plan(notThere, tableFound, done, notThere, done);
    await catalog.register(table, partition(0));
    await catalog.register(table, { ...partition(0), hour: 6 });
    const asked = ['GetPartition', 'GetTable', 'CreatePartition', 'GetPartition', 'CreatePartition'];
    expect(operations()).toEqual(asked);
    expect(JSON.parse(server.requests()[2]?.body ?? '')).toEqual({
      CatalogId: '123456789012',
      DatabaseName: 'lake',
      TableName: 'shop_purchases',
      PartitionInput: {
        Values: ['2026-01-31', '5'],
        StorageDescriptor: { Columns: [{ Name: 'price' }], Location: locationPrefix + locationOf(0) },
      },
    });
  });

  it('only reads when the hour is there, or further', async () => {
    server.plan(registered(0), registered(3));
    await catalog.register(table, partition(0));
    await catalog.register(table, partition(2));
    expect(operations()).toEqual(['GetPartition', 'GetPartition']);
  });

  it('moves the hour again when another has moved it back in between', async () => {
    server.plan(registered(0), tableFound, done, registered(1), done, registered(2));
    await catalog.register(table, partition(2));
    const asked = ['GetTable', 'UpdatePartition', 'GetPartition', 'UpdatePartition', 'GetPartition'];
    expect(operations()).toEqual(['GetPartition', ...asked]);
  });

  it('reads again when another has created the hour first', async () => {
    server.plan(notThere, tableFound, refusal('AlreadyExistsException'), registered(0));
    await catalog.register(table, partition(0));
    expect(operations()).toEqual(['GetPartition', 'GetTable', 'CreatePartition', 'GetPartition']);
  });

  it('gives up when others never cease to move it', async () => {
    server.plan(registered(0), tableFound, done, registered(0), done, registered(0));
    // Every later answer is the last one, also to UpdatePartition.
    await expect(catalog.register(table, partition(1))).rejects.toThrow(/dt=2026-01-31 hour=5: still moved by others/);
    expect(operations().filter((name) => name === 'UpdatePartition')).toHaveLength(10);
  });

  it('waits out throttling', async () => {
    server.plan(refusal('ThrottlingException'), registered(0));
    await catalog.register(table, partition(0));
    expect(operations()).toEqual(['GetPartition', 'GetPartition']);
  });

  it('names operation, hour, code and what to do when it is not allowed', async () => {
    server.plan(refusal('AccessDeniedException'));
    await expect(catalog.register(table, partition(0))).rejects.toThrow(
      'Glue GetPartition of lake.shop_purchases dt=2026-01-31 hour=5 failed (AccessDeniedException, HTTP 400): said by the server; grant the role this action',
    );
  });

  it('asks for the table again after that has failed', async () => {
    server.plan(notThere, notThere, notThere, tableFound, done);
    await expect(catalog.register(table, partition(0))).rejects.toThrow(/^Glue has no table lake\.shop_purchases: /);
    await catalog.register(table, partition(0));
    expect(operations().at(-1)).toBe('CreatePartition');
  });
});

describe('reading the hours from Glue', () => {
  it('takes every page, and sorts', async () => {
    server.plan(
      answer({ Partitions: [inGlue(locationOf(0, '13'), ['2026-01-31', '13'])], NextToken: 'more' }),
      answer({ Partitions: [inGlue(locationOf(10, '05'), ['2026-01-31', '5'])], NextToken: 'last' }),
      answer({ Partitions: [inGlue('shop_purchases/dt=2025-12-31/hour=23/g=1/', ['2025-12-31', '23'])] }),
    );
    expect(await catalog.partitions(table)).toEqual([
      { dt: '2025-12-31', hour: 23, generation: 1, location: 'shop_purchases/dt=2025-12-31/hour=23/g=1/' },
      { dt: '2026-01-31', hour: 5, generation: 10, location: locationOf(10) },
      { dt: '2026-01-31', hour: 13, generation: 0, location: locationOf(0, '13') },
    ]);
    expect(operations()).toEqual(['GetPartitions', 'GetPartitions', 'GetPartitions']);
  });
});

it.each(['', 'bucket/lake/', 's3://', 's3:///lake/', 's3://bucket', 's3://bucket/lake', 's3://bucket/lake//'])(
  '"%s" is no location prefix for Glue',
  (wrong) => {
    const open = () => glueCatalog({ client, locationPrefix: wrong });
    expect(open).toThrow(`locationPrefix: expected s3://bucket/ or s3://bucket/prefix/, found "${wrong}"`);
  },
);
