import {
  CreatePartitionCommand,
  GetPartitionCommand,
  GetTableCommand,
  type GlueClient,
  type Partition,
  paginateGetPartitions,
  type StorageDescriptor,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue';
import type { TableName } from '../../derive/names.ts';
import { parseLocation } from '../../derive/table-partition.ts';
import type { Catalog, TablePartition } from '../../pipeline/ports.ts';
import { awsCode, awsTrouble } from './aws-trouble.ts';

/** Each further round means that another has registered the same hour in between. */
const MOST_ROUNDS = 10;

interface GlueOptions {
  readonly client: GlueClient;
  /** Where the lake's keys are: `s3://bucket/` or `s3://bucket/prefix/`. */
  readonly locationPrefix: string;
  /** The catalogue's account; the client's own by default. */
  readonly catalogId?: string;
}

/**
 * The Glue data catalogue. Tables are made by the deployment; a table partition takes its table's storage descriptor,
 * which is read once per table. Glue has no compare-and-set: when two move the same hour in the same moment, the older
 * location may stay, until the newer one is registered again.
 * @throws an error that names operation, table, hour and the AWS error code; one that says so when the table is missing.
 * @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-partitions.html
 */
export function glueCatalog({ client, locationPrefix, catalogId }: GlueOptions): Catalog {
  if (!/^s3:\/\/[^/]+\/(.*[^/]\/)?$/.test(locationPrefix)) {
    throw new Error(`locationPrefix: expected s3://bucket/ or s3://bucket/prefix/, found "${locationPrefix}"`);
  }
  const glue = { client, catalogId, locationPrefix };
  const descriptorOf = remembering((table) => readDescriptor(glue, table));
  return {
    async register(table, partition) {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const registered = await registeredGeneration(glue, table, partition);
        if (registered !== undefined && registered >= partition.generation) return;
        const descriptor = { ...(await descriptorOf(table)), Location: locationPrefix + partition.location };
        const isNew = registered === undefined;
        if (isNew && (await create(glue, table, partition, descriptor))) return;
        // Moved, and read again: another may have moved it back in between.
        if (!isNew) await update(glue, table, partition, descriptor);
      }
      throw new Error(`${hourName(table, partition)}: still moved by others after ${MOST_ROUNDS} tries; try again`);
    },
    async partition(table, hour) {
      const found = await getPartition(glue, table, hour);
      return found === undefined ? undefined : readPartition(glue, table, found);
    },
    async partitions(table) {
      const found = await getPartitions(glue, table);
      return found.map((partition) => readPartition(glue, table, partition)).sort(byHour);
    },
  };
}

interface Glue {
  readonly client: GlueClient;
  readonly catalogId: string | undefined;
  readonly locationPrefix: string;
}

type Hour = Pick<TablePartition, 'dt' | 'hour'>;

const tableName = ({ database, table }: TableName) => `${database}.${table}`;
const hourName = (table: TableName, { dt, hour }: Hour) => `${tableName(table)} dt=${dt} hour=${hour}`;
const valuesOf = ({ dt, hour }: Hour) => [dt, String(hour)];

function target({ catalogId }: Glue, { database, table }: TableName) {
  return { CatalogId: catalogId, DatabaseName: database, TableName: table };
}

/** Undefined where the hour is not registered, or its table is not there. */
async function registeredGeneration(glue: Glue, table: TableName, hour: Hour): Promise<number | undefined> {
  const found = await getPartition(glue, table, hour);
  return found === undefined ? undefined : readPartition(glue, table, found).generation;
}

async function getPartition(glue: Glue, table: TableName, hour: Hour): Promise<Partition | undefined> {
  const get = new GetPartitionCommand({ ...target(glue, table), PartitionValues: valuesOf(hour) });
  try {
    return (await glue.client.send(get)).Partition;
  } catch (error) {
    if (awsCode(error) === 'EntityNotFoundException') return undefined;
    throw awsTrouble('Glue GetPartition', hourName(table, hour), error);
  }
}

/** False when another has created it first. */
async function create(glue: Glue, table: TableName, hour: Hour, descriptor: StorageDescriptor): Promise<boolean> {
  const input = { Values: valuesOf(hour), StorageDescriptor: descriptor };
  try {
    await glue.client.send(new CreatePartitionCommand({ ...target(glue, table), PartitionInput: input }));
    return true;
  } catch (error) {
    if (awsCode(error) === 'AlreadyExistsException') return false;
    throw awsTrouble('Glue CreatePartition', hourName(table, hour), error);
  }
}

async function update(glue: Glue, table: TableName, hour: Hour, descriptor: StorageDescriptor): Promise<void> {
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

async function readDescriptor(glue: Glue, table: TableName): Promise<StorageDescriptor> {
  const get = new GetTableCommand({ CatalogId: glue.catalogId, DatabaseName: table.database, Name: table.table });
  try {
    return (await glue.client.send(get)).Table?.StorageDescriptor ?? {};
  } catch (error) {
    if (awsCode(error) !== 'EntityNotFoundException') throw awsTrouble('Glue GetTable', tableName(table), error);
    const advice = 'deploy the stack that makes the tables, then the batch goes through by itself';
    throw new Error(`Glue has no table ${tableName(table)}: ${advice}`, { cause: error });
  }
}

async function getPartitions(glue: Glue, table: TableName): Promise<readonly Partition[]> {
  const input = { ...target(glue, table), ExcludeColumnSchema: true };
  const partitions: Partition[] = [];
  try {
    for await (const page of paginateGetPartitions({ client: glue.client }, input)) {
      for (const partition of page.Partitions ?? []) partitions.push(partition);
    }
    return partitions;
  } catch (error) {
    if (awsCode(error) === 'EntityNotFoundException') return [];
    throw awsTrouble('Glue GetPartitions', tableName(table), error);
  }
}

/** @throws when the location is none of Weir's: to move it could hide what another put there. */
function readPartition(
  { locationPrefix }: Glue,
  table: TableName,
  { Values, StorageDescriptor }: Partition,
): TablePartition {
  const [dt = '', hour = ''] = Values ?? [];
  const url = StorageDescriptor?.Location ?? '';
  const location = url.slice(locationPrefix.length);
  const parsed = url.startsWith(locationPrefix) ? parseLocation(location) : undefined;
  if (parsed !== undefined) return { dt, hour: Number(hour), generation: parsed.generation, location };
  const expected = `a location ${locationPrefix}…/dt=…/hour=…/g=N/`;
  const name = hourName(table, { dt, hour: Number(hour) });
  throw new Error(`${name}: expected ${expected}, found "${url}"; delete the partition, or correct its location`);
}

function byHour(a: Hour, b: Hour): number {
  if (a.dt !== b.dt) return a.dt < b.dt ? -1 : 1;
  return a.hour - b.hour;
}

/** Asks once per table; what failed is asked again. */
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
