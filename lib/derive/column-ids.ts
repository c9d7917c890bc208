import { columnName } from '../contracts/column-name.ts';
import type { Contract } from '../contracts/contract.ts';
import type { Column } from './columns.ts';
import { fieldIdKey } from './field-ids.ts';
import { releasedContract } from './released.ts';

/** Weir's own columns begin here: above every contract's fields, and below what Iceberg keeps for itself. */
const FIRST_SYSTEM_ID = 1_000_000_000;

/** In the order of their numbers, which are permanent: new ones are added at the end. */
const NUMBERED_COLUMNS = [
  ...['event_id', 'event_time', 'incarnation', 'kafka_partition', 'kafka_offset', 'source_offset', 'source_ordinal'],
  ...['ingested_at', 'contract_version', '_extra', 'dt', 'hour'],
  ...['stream', 'topic', 'key', 'payload', 'headers', 'reason', 'path', 'detail'],
];

/**
 * The permanent number of each column, `FIELD_IDS` of Parquet objects: with them a table of an Iceberg catalogue can be laid
 * over these without a mapping of names. Weir's own have the same in all tables; `event_id` is one of them, be there a field
 * for it or not.
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
