import { columnName } from '../contracts/column-name.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Column } from './columns.ts';
import { fieldIdKey } from './field-ids.ts';
import { releasedContract } from './released.ts';

/** The first id of Weir's own columns: above every contract's fields, and below the ids that Iceberg reserves. */
const FIRST_SYSTEM_ID = 1_000_000_000;

/** In the order of their numbers, which are permanent: new ones are added at the end. */
const NUMBERED_COLUMNS = [
  ...['event_id', 'event_time', 'incarnation', 'kafka_partition', 'kafka_offset', 'source_offset', 'source_ordinal'],
  ...['ingested_at', 'contract_version', '_extra', 'dt', 'hour'],
  ...['stream', 'topic', 'key', 'payload', 'headers', 'reason', 'path', 'detail'],
];

/**
 * The permanent number of each column, `FIELD_IDS` of Parquet objects: they allow an Iceberg table over these objects
 * without a name mapping. Weir's own columns have the same numbers in all tables; `event_id` is one of them, whether or
 * not the contract has a field for it.
 * @see https://iceberg.apache.org/spec/#column-projection
 */
export function columnIds(columns: readonly Column[], contract?: Contract): Readonly<Record<string, number>> {
  const ofFields = contract === undefined ? new Map<string, number>() : fieldColumnIds(contract);
  return Object.fromEntries(
    columns.map(({ name }) => [name, systemId(name) ?? ofFields.get(name) ?? unnumbered(name)]),
  );
}

function systemId(column: string): number | undefined {
  const place = NUMBERED_COLUMNS.indexOf(column);
  return place < 0 ? undefined : FIRST_SYSTEM_ID + place;
}

function fieldColumnIds(contract: Contract): ReadonlyMap<string, number> {
  const { fields, fieldIds } = releasedContract(contract);
  const ofColumns = fields.filter(({ path }) => Object.hasOwn(contract.fields, path));
  return new Map(
    ofColumns.map((field) => [columnName(field.path), fieldIds?.[fieldIdKey(field)] ?? unnumbered(field.path)]),
  );
}

function unnumbered(name: string): never {
  throw new Error(`column ids: expected a number for the column ${name}, found none; add it`);
}
