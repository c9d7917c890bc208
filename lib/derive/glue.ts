import type { Contract } from '../contracts/contract.ts';
import { type Column, type ColumnType, columns, deadLetterColumns, partitionColumns } from './columns.ts';
import { catalogTables, DEAD_LETTERS, type TableName } from './names.ts';

interface GlueColumn {
  readonly Name: string;
  readonly Type: string;
  readonly Comment: string;
}

/**
 * A table as Glue accepts it.
 * @see https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
 */
interface GlueTableInput {
  readonly Name: string;
  readonly Description: string;
  readonly Owner: string;
  readonly TableType: 'EXTERNAL_TABLE';
  readonly Parameters: Record<string, string>;
  readonly PartitionKeys: GlueColumn[];
  readonly StorageDescriptor: {
    readonly Columns: GlueColumn[];
    readonly Location: string;
    readonly InputFormat: string;
    readonly OutputFormat: string;
    readonly SerdeInfo: {
      readonly SerializationLibrary: string;
      readonly Parameters: Record<string, string>;
    };
  };
}

/** A table and the Glue database that it belongs to. */
export interface GlueTable {
  readonly DatabaseName: string;
  readonly TableInput: GlueTableInput;
}

/**
 * The stream's tables in Glue: the lake's, and one over the same location for each additional name.
 * @param location the lake table's folder, such as `s3://bucket/lake/shop_purchases/`.
 */
export function glueTables(contract: Contract, location: string): readonly GlueTable[] {
  const { description, owner } = contract;
  return catalogTables(contract).map((name) =>
    glueTable(name, { description, owner, columns: columns(contract), location }),
  );
}

/**
 * A payload may be longer than `MAX_TEXT_BYTES`. Redshift Spectrum would return null; with these parameters it returns
 * the beginning.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE.html
 */
const LONG_TEXT_PARAMETERS = { data_cleansing_enabled: 'true', surplus_char_handling: 'TRUNCATE' } as const;

/** `lake.dead_letters` in Glue. */
export function deadLetterGlueTable(location: string): GlueTable {
  return glueTable(DEAD_LETTERS, {
    description: 'Records that cannot be rows of their stream’s table, whole, and why.',
    owner: 'weir',
    columns: deadLetterColumns,
    location,
    parameters: LONG_TEXT_PARAMETERS,
  });
}

interface TableParts {
  readonly description: string;
  readonly owner: string;
  readonly columns: readonly Column[];
  readonly location: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

function glueTable(name: TableName, { description, owner, columns, location, parameters }: TableParts): GlueTable {
  return {
    DatabaseName: name.database,
    TableInput: {
      Name: name.table,
      Description: description,
      Owner: owner,
      TableType: 'EXTERNAL_TABLE',
      // No partition projection: Redshift ignores it, and with it Athena would ignore the registered partitions.
      Parameters: { EXTERNAL: 'TRUE', classification: 'parquet', ...parameters },
      PartitionKeys: partitionColumns.map(glueColumn),
      StorageDescriptor: {
        Columns: columns.map(glueColumn),
        Location: location,
        InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        SerdeInfo: {
          SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
          Parameters: { 'serialization.format': '1' },
        },
      },
    },
  };
}

/** The maximum length of a Glue comment, in characters. */
const MAX_COMMENT = 255;

function glueColumn({ name, type, description, unit }: Column): GlueColumn {
  const comment = unit === null ? description : `${description} Unit: ${unit}.`;
  return { Name: name, Type: glueType(type), Comment: comment.slice(0, MAX_COMMENT) };
}

/** The Hive type of a column, as Glue and Athena spell it: `decimal(12,2)`. */
export function glueType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
    case 'bigint':
    case 'double':
    case 'boolean':
    case 'timestamp':
    case 'date':
      return type.kind;
    case 'integer':
      return 'int';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    default:
      return type satisfies never;
  }
}
