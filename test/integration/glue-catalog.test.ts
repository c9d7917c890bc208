import { CreateDatabaseCommand, CreateTableCommand, GetPartitionCommand } from '@aws-sdk/client-glue';
import { describe, expect, it } from 'vitest';
import { glueCatalog } from '../../lib/adapters/aws/glue-catalog.ts';
import type { TableName } from '../../lib/derive/names.ts';
import { catalogSuite } from '../conformance/catalog.suite.ts';
import { glueServer } from '../support/servers/moto.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const locationPrefix = 's3://some-bucket/lake/';
const location = 'shop_purchases/dt=2026-01-31/hour=05/g=0/';
const partition = { dt: '2026-01-31', hour: 5, generation: 0, location };
const descriptor = {
  Columns: [
    { Name: 'event_id', Type: 'string' },
    { Name: 'price', Type: 'decimal(12,2)' },
  ],
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
};

await describeWithServer(glueServer, (glue) => {
  let tables = 0;
  const createTable = async (): Promise<TableName> => {
    const client = glue().client();
    const table = { database: 'lake', table: `table_${tables++}` };
    const partitionKeys = [
      { Name: 'dt', Type: 'string' },
      { Name: 'hour', Type: 'int' },
    ];
    if (tables === 1) await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'lake' } }));
    const input = {
      Name: table.table,
      PartitionKeys: partitionKeys,
      StorageDescriptor: { ...descriptor, Location: `${locationPrefix}${table.table}/` },
    };
    await client.send(new CreateTableCommand({ DatabaseName: 'lake', TableInput: input }));
    client.destroy();
    return table;
  };

  describe('Glue as a catalogue', () => {
    catalogSuite(async () => {
      const clients = [glue().client(), glue().client()] as const;
      return {
        catalog: glueCatalog({ client: clients[0], locationPrefix }),
        another: glueCatalog({ client: clients[1], locationPrefix }),
        isAtomic: false,
        createTable,
        close: async () => {
          for (const client of clients) client.destroy();
        },
      };
    });

    it('gives a table partition the columns and formats of its table, and an absolute location', async () => {
      const table = await createTable();
      const client = glue().client();
      await glueCatalog({ client, locationPrefix }).register(table, partition);
      const where = { DatabaseName: table.database, TableName: table.table, PartitionValues: ['2026-01-31', '5'] };
      const { Partition: found } = await client.send(new GetPartitionCommand(where));
      expect(found?.StorageDescriptor).toMatchObject({ ...descriptor, Location: locationPrefix + location });
    });

    it('says which table is missing and what to do, and finds it once it is there', async () => {
      const catalog = glueCatalog({ client: glue().client(), locationPrefix });
      const missing = { database: 'lake', table: `table_${tables}` };
      await expect(catalog.register(missing, partition)).rejects.toThrow(
        `Glue has no table lake.${missing.table}: deploy the stack`,
      );
      expect(await createTable()).toEqual(missing);
      await catalog.register(missing, partition);
      expect(await catalog.partitions(missing)).toEqual([partition]);
    });

    it('neither moves nor lists a location that is not below its own prefix', async () => {
      const table = await createTable();
      const client = glue().client();
      await glueCatalog({ client, locationPrefix: 's3://another-bucket/' }).register(table, partition);
      const catalog = glueCatalog({ client, locationPrefix });
      const expected = /dt=2026-01-31 hour=5: expected a location s3:\/\/some-bucket\/lake\/.*found "s3:\/\/another/;
      await expect(catalog.register(table, { ...partition, generation: 1 })).rejects.toThrow(expected);
      await expect(catalog.partitions(table)).rejects.toThrow(expected);
    });
  });
});
