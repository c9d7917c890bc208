import type { Contract } from '../../contracts/contract.ts';
import { catalogTables, DEAD_LETTERS, lakeTable } from '../../derive/names.ts';
import { changeNotes } from '../../pipeline/changed-hours.ts';
import type { Catalog, Clock, ObjectStore } from '../../pipeline/ports.ts';
import { unregisteredHours } from './unregistered-hours.ts';

interface RestoreOptions {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly contracts: readonly Contract[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Registers the hours that the lake has and the catalogue lacks, for example after it was deleted. Safe at any time,
 * even beside sinks: objects become visible atomically, and a killed sink would have registered its hour next.
 * @returns the number of hours and of tables.
 */
export async function restoreCatalog({ store, catalog, contracts, clock, signal }: RestoreOptions) {
  const noteChange = changeNotes({ store, clock });
  let hours = 0;
  const tables = new Set<string>();
  for (const [table, names] of tablesOf(contracts)) {
    for (const name of names) {
      for await (const partition of unregisteredHours({ store, catalog }, table, name)) {
        if (signal.aborted) return { hours, tables: tables.size };
        // The models must check old hours that become visible again.
        await noteChange(partition);
        await catalog.register(name, partition);
        hours += 1;
        tables.add(`${name.database}.${name.table}`);
      }
    }
  }
  return { hours, tables: tables.size };
}

/** The tables whose folders hold objects, each with the names under which the catalogue shows it. */
function tablesOf(contracts: readonly Contract[]) {
  const ofStreams = contracts.map((contract) => [lakeTable(contract), catalogTables(contract)] as const);
  return [...ofStreams, [DEAD_LETTERS, [DEAD_LETTERS]] as const];
}
