import { existsSync } from 'node:fs';
import { attachWarehouse } from '../adapters/duckdb/attach-warehouse.ts';
import { openDuckdb } from '../adapters/duckdb/open-duckdb.ts';
import { hourText } from '../pipeline/transform/hours.ts';
import type { ModelGraph } from '../pipeline/transform/model-graph.ts';
import type { TransformDeps } from '../pipeline/transform/transform.ts';
import { hoursOfLake } from '../pipeline/transform/versions.ts';

/** The status of a model. Hours are in the commands' format, times in SQL's; null if there is none. */
export interface ModelStatus {
  readonly model: string;
  readonly kept: string;
  readonly reads: readonly string[];
  /** The newest hour in the lake of the model's sources. */
  readonly lakeHour: string | null;
  /** The newest published hour. */
  readonly newestHour: string | null;
  /** Rows written by its run; for a view, rows tested. */
  readonly rowCount: number | null;
  readonly lastRun: string | null;
  /** Hours whose last run failed. */
  readonly failedHours: number;
  /** The failed tests of these hours. */
  readonly brokenTests: readonly string[];
  /** The error of the newest of these hours. */
  readonly error: string | null;
}

/** A row for each model that has run. `broken_tests` is a JSON array. */
export const LEDGER = `
  select
    model,
    cast(max(case when outcome = 'succeeded' then hour_start end) as varchar) as newest_hour,
    max_by(row_count, hour_start) filter (where outcome = 'succeeded') as row_count,
    cast(date_trunc('second', max(ran_at)) as varchar) as last_run,
    count(distinct case when outcome = 'failed' then hour_start end) as failed_hours,
    max_by(error, hour_start) filter (where outcome = 'failed') as error,
    (select cast(to_json(list(distinct test order by test)) as varchar)
      from ops.test_results where test_results.model = runs.model) as broken_tests
  from ops.runs
  where hour_start is not null
  group by model`;

export type LedgerRow = Readonly<Record<string, string | number | null>>;

export interface ModelStatusDeps extends Pick<TransformDeps, 'catalog' | 'store' | 'graph'> {
  /** The warehouse's DuckDB file, which may not exist. */
  readonly warehouseFile: string;
}

/** Every model, in execution order. The warehouse is opened read-only, and models may run at the same time. */
export async function modelStatus(deps: ModelStatusDeps): Promise<readonly ModelStatus[]> {
  const rows = await readLedger(deps.warehouseFile);
  return statusOf(deps.graph, rows, await newestLakeHours(deps));
}

/**
 * Every model, in execution order.
 * @param ledger rows of `LEDGER`
 * @param lakeHours the newest hour of each lake table, in the commands' format
 */
export function statusOf(
  graph: ModelGraph,
  ledger: readonly LedgerRow[],
  lakeHours: ReadonlyMap<string, string>,
): readonly ModelStatus[] {
  const rows = new Map(ledger.map((row) => [row.model, row]));
  return graph.models.map(({ name, kept, reads }) => {
    const row = rows.get(name);
    const sources = [...graph.upstream(name)].flatMap((read) => lakeHours.get(read) ?? []);
    return {
      model: name,
      kept,
      reads,
      lakeHour: sources.sort().at(-1) ?? null,
      newestHour: hourOfText(row?.newest_hour),
      rowCount: row?.row_count === null || row?.row_count === undefined ? null : Number(row.row_count),
      lastRun: textOrNull(row?.last_run),
      failedHours: Number(row?.failed_hours ?? 0),
      brokenTests: JSON.parse(textOrNull(row?.broken_tests) ?? '[]'),
      error: textOrNull(row?.error),
    };
  });
}

const textOrNull = (value: LedgerRow[string] | undefined) =>
  value === null || value === undefined ? null : String(value);

/** `2026-01-31T13` of SQL's `2026-01-31 13:00:00`. */
export const hourOfText = (value: LedgerRow[string] | undefined) =>
  textOrNull(value)?.slice(0, 'yyyy-mm-dd hh'.length).replace(' ', 'T') ?? null;

/** Empty if the models have never run. */
async function readLedger(file: string): Promise<readonly LedgerRow[]> {
  if (!existsSync(file)) return [];
  const { connection, close } = await openDuckdb();
  try {
    await attachWarehouse(connection, file);
    await connection.run('use warehouse');
    const rows = async (sql: string): Promise<readonly LedgerRow[]> =>
      (await connection.runAndReadAll(`select columns(*)::varchar from (${sql})`)).getRowObjectsJson() as LedgerRow[];
    const tables = await rows("select table_name from information_schema.tables where table_schema = 'ops'");
    return tables.length === 0 ? [] : await rows(LEDGER);
  } finally {
    close();
  }
}

async function newestLakeHours(deps: ModelStatusDeps): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(deps.graph.models.flatMap(({ reads }) => reads))];
  const newest = new Map<string, string>();
  for (const name of names) {
    const hour = (await hoursOfLake(deps, [name])).at(-1);
    if (hour !== undefined) newest.set(name, hourText(hour));
  }
  return newest;
}

/** The models and their sources as a Mermaid flowchart. Models with failed hours are red. */
export function mermaidGraph(models: readonly Pick<ModelStatus, 'model' | 'reads' | 'failedHours'>[]): string {
  const lines = models.flatMap(({ model, reads }) => reads.map((read) => `  ${node(read)} --> ${node(model)}`));
  const failed = models.filter(({ failedHours }) => failedHours > 0).map(({ model }) => id(model));
  const marks = failed.length === 0 ? [] : [`  classDef failed fill:#f99`, `  class ${failed.join(',')} failed`];
  return ['flowchart LR', ...lines, ...marks, ''].join('\n');
}

const id = (name: string) => name.replace('.', '_');

/** `lake_shop_feedback["lake.shop_feedback"]` */
const node = (name: string) => `${id(name)}["${name}"]`;
