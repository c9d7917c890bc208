import { GetPartitionCommand, type GlueClient, type Partition, paginateGetPartitions } from '@aws-sdk/client-glue';
import type { TableName } from '../../derive/names.ts';
import { parseLocation } from '../../derive/table-partition.ts';
import type { Catalog, TablePartition } from '../../pipeline/ports.ts';
import { awsCode, awsTrouble } from './aws-trouble.ts';

export interface GlueOptions {
  readonly client: GlueClient;
  /** The location of the lake's keys: `s3://bucket/` or `s3://bucket/prefix/`. */
  readonly locationPrefix: string;
  /** The catalogue's account; the client's own by default. */
  readonly catalogId?: string;
}

export type Hour = Pick<TablePartition, 'dt' | 'hour'>;

/**
 * Reads the lake's tables from the Glue data catalogue. Separate from `glueCatalog`, so that a read-only function has
 * no code, and needs no permission, to write.
 * @throws an error that names operation, table, hour and the AWS error code.
 * @see https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-partitions.html
 */
export function glueCatalogReader(glue: GlueOptions): Pick<Catalog, 'partition' | 'partitions'> {
  const { locationPrefix } = glue;
  if (!/^s3:\/\/[^/]+\/(.*[^/]\/)?$/.test(locationPrefix)) {
    throw new Error(`locationPrefix: expected s3://bucket/ or s3://bucket/prefix/, found "${locationPrefix}"`);
  }
  return {
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

export const tableName = ({ database, table }: TableName) => `${database}.${table}`;
export const hourName = (table: TableName, { dt, hour }: Hour) => `${tableName(table)} dt=${dt} hour=${hour}`;
export const valuesOf = ({ dt, hour }: Hour) => [dt, String(hour)];

/** How a request names a table. */
export function target({ catalogId }: GlueOptions, { database, table }: TableName) {
  return { CatalogId: catalogId, DatabaseName: database, TableName: table };
}

async function getPartition(glue: GlueOptions, table: TableName, hour: Hour): Promise<Partition | undefined> {
  const get = new GetPartitionCommand({ ...target(glue, table), PartitionValues: valuesOf(hour) });
  try {
    return (await glue.client.send(get)).Partition;
  } catch (error) {
    if (awsCode(error) === 'EntityNotFoundException') return undefined;
    throw awsTrouble('Glue GetPartition', hourName(table, hour), error);
  }
}

async function getPartitions(glue: GlueOptions, table: TableName): Promise<readonly Partition[]> {
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

/** @throws if Weir does not own the location: moving it could hide another writer's objects */
function readPartition(
  { locationPrefix }: GlueOptions,
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
