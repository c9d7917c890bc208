import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { deadLetterGlueTable, glueTables } from '../../lib/derive/glue.ts';
import { DEAD_LETTERS, lakeTable } from '../../lib/derive/names.ts';
import { tableFolder } from '../../lib/derive/table-partition.ts';
import { contracts } from './fixture-project.ts';
import type { glueServer } from './servers/moto.ts';

type RunningGlue = Awaited<ReturnType<typeof glueServer.start>>;

/** Creates the database `lake` with the tables of these streams and of dead letters, as a deployment does. */
export async function createGlueTables(glue: RunningGlue, location: string, streams: readonly string[]): Promise<void> {
  const client = glue.client();
  const tables = [
    ...contracts
      .filter(({ name }) => streams.includes(name))
      .flatMap((contract) => glueTables(contract, location + tableFolder(lakeTable(contract)))),
    deadLetterGlueTable(location + tableFolder(DEAD_LETTERS)),
  ];
  for (const Name of new Set(tables.map(({ DatabaseName }) => DatabaseName))) {
    await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  }
  for (const { DatabaseName, TableInput } of tables) {
    const { PartitionKeys, StorageDescriptor, ...table } = TableInput;
    const input = {
      ...table,
      PartitionKeys: [...PartitionKeys],
      StorageDescriptor: { ...StorageDescriptor, Columns: [...StorageDescriptor.Columns] },
    };
    await client.send(new CreateTableCommand({ DatabaseName, TableInput: input }));
  }
  client.destroy();
}
