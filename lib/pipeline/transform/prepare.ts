import { StatementError, type Warehouse } from '../ports.ts';
import { dialects } from './dialect.ts';
import type { Model } from './model.ts';
import {
  definitionsQuery,
  type ExistingTables,
  existingTablesQuery,
  ledgerStatements,
  schemaStatements,
} from './schema-plan.ts';
import { keepWindowLength, type WindowDeps } from './window-length.ts';

/** Creates the ledger if it is missing. @returns the existing tables. */
export async function withLedger(warehouse: Warehouse): Promise<ExistingTables> {
  const tables = await existingTables(warehouse);
  const statements = ledgerStatements(tables);
  if (statements.length === 0) return tables;
  try {
    await warehouse.run({ name: 'ops', statements, reads: [] });
    return tables;
  } catch (error) {
    // If two runs create the first tables concurrently, the other one has created them.
    const found = await existingTables(warehouse);
    if (!(error instanceof StatementError) || ledgerStatements(found).length > 0) throw error;
    return found;
  }
}

/**
 * Creates missing schemas, tables, columns and views. @returns models that could not be prepared, and why.
 * @throws SettingError if the tables have windows of another length.
 */
export async function prepare(
  deps: WindowDeps,
  models: readonly Model[],
  tables: ExistingTables,
): Promise<ReadonlyMap<string, StatementError>> {
  const { warehouse, clock } = deps;
  const dialect = dialects[warehouse.dialect];
  const rows = await warehouse.query(definitionsQuery);
  const viewDefinitions = new Map(rows.map(({ model, definition }) => [model ?? '', definition ?? '']));
  await keepWindowLength(deps, viewDefinitions);
  const broken = new Map<string, StatementError>();
  for (const model of models) {
    const statements = schemaStatements(model, { tables, viewDefinitions }, dialect, clock.now());
    if (statements.length === 0) continue;
    try {
      await warehouse.run({ name: model.name, statements, reads: [] });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      broken.set(model.name, error);
    }
  }
  return broken;
}

/** The existing tables and their columns. */
export async function existingTables(warehouse: Warehouse): Promise<ExistingTables> {
  const tables = new Map<string, Set<string>>();
  for (const { table_schema, table_name, column_name } of await warehouse.query(existingTablesQuery)) {
    const name = `${table_schema}.${table_name}`;
    const columns = tables.get(name) ?? new Set();
    tables.set(name, columns);
    if (column_name !== null && column_name !== undefined) columns.add(column_name);
  }
  return tables;
}
