import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Column, GetTableCommand, type GlueClient, paginateGetPartitions } from '@aws-sdk/client-glue';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type LakeRow = Readonly<Record<string, string | null>>;

export interface LakeReader {
  /** All values are text. @throws if Glue or S3 refuses, or a type does not match */
  query(sql: string): Promise<{ readonly columns: readonly string[]; readonly rows: readonly LakeRow[] }>;
  close(): Promise<void>;
}

interface Catalogue {
  readonly glue: GlueClient;
  readonly s3: S3Client;
}

/**
 * Runs queries in DuckDB over the tables of Glue's catalogue, as Athena and Spectrum would see them: with Glue's
 * columns, and for each table partition the objects at Glue's location, listed in S3 for every query.
 */
export async function lakeReader({ glue, s3 }: Catalogue): Promise<LakeReader> {
  const folder = await temporaryFolder();
  const copies = new Map<string, string>();

  /** Objects are immutable, so each is fetched once. */
  const copyOf = async (bucket: string, key: string): Promise<string> => {
    const known = copies.get(key);
    if (known !== undefined) return known;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const file = join(folder.path, `${copies.size}.parquet`);
    copies.set(key, file);
    await writeFile(file, (await Body?.transformToByteArray()) ?? '');
    return file;
  };

  const filesAt = async (location: string): Promise<readonly string[]> => {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
    const files: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
      for (const { Key = '' } of Contents) if (!isHidden(Key)) files.push(await copyOf(bucket, Key));
    return files;
  };

  const viewOf = async (database: string, table: string): Promise<string> => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
    const [columns, keys] = [Table?.StorageDescriptor?.Columns ?? [], Table?.PartitionKeys ?? []];
    const selects = [`select ${[...columns, ...keys].map((column) => typed(column, 'null')).join(', ')} where false`];
    const asked = { DatabaseName: database, TableName: table };
    for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, asked)) {
      for (const { Values = [], StorageDescriptor } of Partitions) {
        const files = await filesAt(StorageDescriptor?.Location ?? '');
        if (files.length === 0) continue;
        const own = columns.map((column) => typed(column, `"${column.Name}"`));
        const values = keys.map((key, at) => typed(key, literal(Values[at] ?? '')));
        const source = `read_parquet([${files.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
        selects.push(`select ${[...own, ...values].join(', ')} from ${source}`);
      }
    }
    return `create view ${database}.${table} as ${selects.join(' union all ')}`;
  };

  return {
    async query(sql) {
      const { connection, close } = await openDuckdb(':memory:', { threads: '1' });
      try {
        const tables = new Map([...sql.matchAll(/\b(?:from|join) (\w+)\.(\w+)/g)].map((found) => [found[0], found]));
        for (const [, database = '', table = ''] of tables.values()) {
          await connection.run(`create schema if not exists ${database}`);
          await connection.run(await viewOf(database, table));
        }
        const result = await connection.runAndReadAll(`select cast(columns(*) as varchar) from (${sql})`);
        return { columns: result.columnNames(), rows: result.getRowObjectsJson() as readonly LakeRow[] };
      } finally {
        close();
      }
    },
    close: folder.remove,
  };
}

/** Files that Athena does not read. */
const isHidden = (key: string) => /(^|\/)[._][^/]*$/.test(key);

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The value as a Hive type; DuckDB supports all of the lake's types except one. */
const typed = ({ Name = '', Type = '' }: Pick<Column, 'Name' | 'Type'>, value: string) =>
  `cast(${value} as ${Type.replace(/^string$/, 'varchar')}) as "${Name}"`;
