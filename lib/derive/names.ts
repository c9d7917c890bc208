import type { Contract } from '../contracts/contract.ts';

/** A table by its catalogue names, such as `lake` and `shop_purchases`. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

/** The database of the lake's tables: in Glue, in DuckDB, and as Redshift's external schema. */
export const LAKE_DATABASE = 'lake';

/** The table of records that cannot become rows. */
export const DEAD_LETTERS: TableName = { database: LAKE_DATABASE, table: 'dead_letters' };

/** The stream's table: `shop.purchases` → `lake.shop_purchases`. */
export function lakeTable(contract: Pick<Contract, 'name'>): TableName {
  return { database: LAKE_DATABASE, table: contract.name.replaceAll(/[.-]/g, '_') };
}

/** `lake.shop_purchases` as a table; null for a table of another schema. */
export function lakeTableNamed(name: string): TableName | null {
  const [database, table] = name.split('.');
  return database === LAKE_DATABASE && table !== undefined ? { database, table } : null;
}

/** Every name under which the catalogue shows the stream's location; the lake table first. */
export function catalogTables(contract: Pick<Contract, 'name' | 'alsoKnownAs'>): readonly TableName[] {
  const others = contract.alsoKnownAs.map((name) => {
    const [database, table] = name.split('.');
    if (!database || !table) throw new Error(`${contract.name}: alsoKnownAs expects database.table, found "${name}"`);
    return { database, table };
  });
  return [lakeTable(contract), ...others];
}
