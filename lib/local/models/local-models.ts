import { join } from 'node:path';
import { TransformFailedError, type TransformResult } from '../../../lambdas/transform/handler.ts';
import { type LakeTable, lakeTables } from '../../adapters/duckdb/lake-views.ts';
import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import { ApiError } from '../../api/api-error.ts';
import type { BrokenRow, FinishedRun, ModelHour, ModelNode, ModelPorts, ModelState } from '../../api/model-routes.ts';
import type { QueryPorts } from '../../api/query-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { lakeHours } from '../../pipeline/lake-hours.ts';
import { type Clock, type ObjectStore, WarehouseUnavailableError } from '../../pipeline/ports.ts';
import { hourText } from '../../pipeline/transform/hours.ts';
import type { Model } from '../../pipeline/transform/model.ts';
import { type ModelGraph, readersOf } from '../../pipeline/transform/model-graph.ts';
import { type DataFolder, WAREHOUSE_FILE } from '../folder/data-folder.ts';
import type { ModelRuns } from '../model-runs.ts';
import { hourOfText, type LedgerRow, type ModelStatus, statusOf } from '../model-status.ts';
import { type Ledger, ledgerReader } from './ledger.ts';

export interface LocalModelsOptions {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  readonly clock: Pick<Clock, 'now'>;
  readonly runs: ModelRuns;
}

interface ModelSources extends LocalModelsOptions {
  /** Reads the ledger. */
  readonly query: QueryPorts['query'];
}

/** The models of a data folder whose pipeline runs in this process. */
export function localModels({ folder, contracts, clock, runs, query }: ModelSources): ModelPorts['models'] {
  const { graph } = runs;
  const tables = lakeTables(contracts);
  const store = directoryObjectStore(folder.lake);
  const readLedger = ledgerReader({
    file: join(folder.warehouse, WAREHOUSE_FILE),
    query,
    nowMs: clock.now,
    isLocked: () => runs.runningSinceMs() !== null,
  });
  let isRunRequested = false;

  async function state() {
    const hours = await newestHours(store, tables, graph);
    const ledger = await readLedger();
    const statuses = statusOf(graph, ledger?.summaries ?? [], hours);
    return { hours, ledger, nodes: graph.models.map((model, at) => nodeOf(model, statuses[at], ledger)) };
  }

  return {
    async list() {
      const { hours, ledger, nodes } = await state();
      return {
        models: nodes,
        tables: [...hours].map(([table, hour]) => ({ table, newest_hour: hour || null })),
        running_since: isoTime(runs.runningSinceMs()),
        as_of: isoTime(ledger?.readAtMs ?? null),
      };
    },
    async whole(name) {
      const at = graph.models.findIndex((one) => one.name === name);
      const model = graph.models[at];
      if (model === undefined) return null;
      const { ledger, nodes } = await state();
      const node = nodes[at] as ModelNode;
      const { file, grain, tests, select, columns } = model;
      return {
        ...node,
        ...{ file, grain, sql: select, tests: tests.map(({ text }) => text), read_by: readersOf(graph, name) },
        columns: columns.map((column) => ({
          ...{ name: column.name, type: duckdbType(column.type), nullable: column.nullable },
        })),
        runs: (ledger?.runs ?? []).filter(isOf(name)).map(hourRun),
        broken_rows: (ledger?.broken ?? []).filter(isOf(name)).map(brokenRow),
      };
    },
    async run(name) {
      if (!graph.models.some((model) => model.name === name)) return null;
      if (isRunRequested) return 'busy';
      isRunRequested = true;
      try {
        return finishedRun(await runs.run({ lookBackHours: 'all', model: name }));
      } catch (error) {
        if (error instanceof TransformFailedError) return finishedRun(error.result);
        if (error instanceof WarehouseUnavailableError) {
          throw new ApiError('unavailable', error.message, { cause: error });
        }
        throw error;
      } finally {
        isRunRequested = false;
      }
    },
  };
}

/** The newest hour of each lake table that models read, from the names of folders; empty text for a table without. */
async function newestHours(
  store: Pick<ObjectStore, 'listFolders'>,
  tables: readonly LakeTable[],
  { models }: ModelGraph,
): Promise<ReadonlyMap<string, string>> {
  const read = new Set(models.flatMap(({ reads }) => reads));
  const newest = new Map<string, string>();
  for (const { name, folder } of tables) {
    const text = `${name.database}.${name.table}`;
    if (!read.has(text)) continue;
    const hour = await lakeHours(store, folder).next();
    newest.set(text, hour.done ? '' : hourText(hour.value));
  }
  return newest;
}

function nodeOf(
  { name, kept, description, reads }: Model,
  status: ModelStatus | undefined,
  ledger: Ledger | null,
): ModelNode {
  return {
    ...{ model: name, kept, description, reads },
    state: ledger === null || status === undefined ? 'unknown' : stateOf(status),
    lake_hour: status?.lakeHour || null,
    newest_hour: status?.newestHour ?? null,
    rows: status?.rowCount ?? null,
    last_run: isoText(status?.lastRun),
    failed_hours: status?.failedHours ?? 0,
    broken_tests: status?.brokenTests ?? [],
    error: status?.error ?? null,
  };
}

function stateOf({ failedHours, newestHour, lakeHour }: ModelStatus): ModelState {
  if (failedHours > 0) return 'failed';
  if (newestHour === null) return 'never_run';
  return lakeHour !== null && newestHour < lakeHour ? 'behind' : 'current';
}

const isOf = (name: string) => (row: LedgerRow) => row.model === name;

function hourRun({ hour, outcome, row_count, ran_at, error }: LedgerRow): ModelHour {
  return {
    hour: hourOfText(hour) ?? '',
    outcome: String(outcome),
    rows: row_count === null || row_count === undefined ? null : Number(row_count),
    ran_at: isoText(ran_at) ?? '',
    error: error === null || error === undefined ? null : String(error),
  };
}

function brokenRow({ hour, test, broken_rows, row }: LedgerRow): BrokenRow {
  return { hour: hourOfText(hour) ?? '', test: String(test), broken_rows: Number(broken_rows), row: String(row) };
}

function finishedRun({ hours, published, unchanged, stopped, failures }: TransformResult): FinishedRun {
  return {
    ...{ hours, published, unchanged, stopped },
    failures: failures.map(({ model, hour, message }) => ({ model, hour: hourText(hour), message })),
  };
}

const isoTime = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** `2026-01-31T13:00:05Z` of SQL's `2026-01-31 13:00:05`. */
const isoText = (value: LedgerRow[string] | undefined) =>
  value === null || value === undefined ? null : `${String(value).replace(' ', 'T')}Z`;
