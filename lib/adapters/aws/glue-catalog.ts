import {
  CreatePartitionCommand,
  GetTableCommand,
  type StorageDescriptor,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import type { TableName } from '../../derive/names.ts';
import type { Catalog } from '../../pipeline/ports.ts';
import { awsCode, awsTrouble } from './aws-trouble.ts';
import {
  type GlueOptions,
  glueCatalogReader,
  type Hour,
  hourName,
  tableName,
  target,
  valuesOf,
} from './glue-table-partitions.ts';

/** Each further round means that another process has registered the same hour in between. */
const MAX_ROUNDS = 10;

/**
 * The Glue data catalogue. The deployment creates the tables; a table partition takes its table's storage descriptor,
 * which is read once per table. Glue has no compare-and-set: if two processes move the same hour at the same moment,
 * the older location may stay until the newer one is registered again.
 * @throws an error that names operation, table, hour and the AWS error code; one that says so if the table is missing.
 * @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-partitions.html
 */
export function glueCatalog(glue: GlueOptions): Catalog {
  const reader = glueCatalogReader(glue);
  const descriptorOf = remembering((table) => readDescriptor(glue, table));
  return {
    ...reader,
    async register(table, partition) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const registered = (await reader.partition(table, partition))?.generation;
        if (registered !== undefined && registered >= partition.generation) return;
        const descriptor = { ...(await descriptorOf(table)), Location: glue.locationPrefix + partition.location };
        const isNew = registered === undefined;
        if (isNew && (await create(glue, table, partition, descriptor))) return;
        // Reads it again after moving it: another process may have moved it back in between.
        if (!isNew) await update(glue, table, partition, descriptor);
      }
      throw new Error(`${hourName(table, partition)}: still moved by others after ${MAX_ROUNDS} tries; try again`);
    },
  };
}

/** False if another process has created it first. */
async function create(
  glue: GlueOptions,
  table: TableName,
  hour: Hour,
  descriptor: StorageDescriptor,
): Promise<boolean> {
  const input = { Values: valuesOf(hour), StorageDescriptor: descriptor };
  try {
    await glue.client.send(new CreatePartitionCommand({ ...target(glue, table), PartitionInput: input }));
    return true;
  } catch (error) {
    if (awsCode(error) === 'AlreadyExistsException') return false;
    throw awsTrouble('Glue CreatePartition', hourName(table, hour), error);
  }
}

async function update(glue: GlueOptions, table: TableName, hour: Hour, descriptor: StorageDescriptor): Promise<void> {
  const input = { Values: valuesOf(hour), StorageDescriptor: descriptor };
  const where = { ...target(glue, table), PartitionValueList: valuesOf(hour) };
  try {
    await glue.client.send(new UpdatePartitionCommand({ ...where, PartitionInput: input }));
  } catch (error) {
    // Deleted in between: the next round creates it.
    if (awsCode(error) === 'EntityNotFoundException') return;
    throw awsTrouble('Glue UpdatePartition', hourName(table, hour), error);
  }
}

async function readDescriptor(glue: GlueOptions, table: TableName): Promise<StorageDescriptor> {
  const get = new GetTableCommand({ CatalogId: glue.catalogId, DatabaseName: table.database, Name: table.table });
  try {
    return (await glue.client.send(get)).Table?.StorageDescriptor ?? {};
  } catch (error) {
    if (awsCode(error) !== 'EntityNotFoundException') throw awsTrouble('Glue GetTable', tableName(table), error);
    const advice = 'deploy the stack that creates the tables; the batch then succeeds when it is retried';
    throw new Error(`Glue has no table ${tableName(table)}: ${advice}`, { cause: error });
  }
}

/** Requests once per table; failures are not cached. */
function remembering<T>(ask: (table: TableName) => Promise<T>): (table: TableName) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (table) => {
    const name = tableName(table);
    const known = answers.get(name) ?? ask(table);
    answers.set(name, known);
    known.catch(() => answers.delete(name));
    return known;
  };
}
