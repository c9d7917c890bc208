import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hourText } from '../pipeline/transform/hours.ts';
import type { TransformDeps } from '../pipeline/transform/transform.ts';
import { hoursOfLake } from '../pipeline/transform/versions.ts';
import { type DataFolder, WAREHOUSE_FILE } from './data-folder.ts';

/** Where a model stands. Hours as commands take them, times as SQL writes them; null where there is none. */
export interface ModelStatus {
  readonly model: string;
  readonly kept: string;
  readonly reads: readonly string[];
  /** The newest hour in the lake that the model is made of. */
  readonly lakeHour: string | null;
  /** The newest hour that is published. */
  readonly newestHour: string | null;
  /** Rows that its run made; of a view, those that were tested. */
  readonly rowCount: number | null;
  readonly lastRun: string | null;
  /** Hours whose last run failed. */
  readonly failedHours: number;
  /** Their tests that are broken. */
  readonly brokenTests: readonly string[];
  /** Why the newest of them failed. */
  readonly error: string | null;
}

const LEDGER = `
  select
    model,
    cast(max(case when outcome = 'succeeded' then hour_start end) as varchar) as newest_hour,
    max_by(row_count, hour_start) filter (where outcome = 'succeeded') as row_count,
    cast(date_trunc('second', max(ran_at)) as varchar) as last_run,
    count(distinct case when outcome = 'failed' then hour_start end) as failed_hours,
    max_by(error, hour_start) filter (where outcome = 'failed') as error
  from ops.runs
  where hour_start is not null
  group by model`;

const BROKEN = 'select distinct model, test from ops.test_results order by model, test';

/** Every model, in the order in which they run. Before the first run, nothing is opened or made. */
export async function modelStatus(deps: TransformDeps, folder: DataFolder): Promise<readonly ModelStatus[]> {
  const isThere = existsSync(join(folder.warehouse, WAREHOUSE_FILE));
  const rows = isThere ? await deps.warehouse.query({ name: 'ops.runs', sql: LEDGER, parameters: {} }) : [];
  const broken = isThere ? await deps.warehouse.query({ name: 'ops.test_results', sql: BROKEN, parameters: {} }) : [];
  const ledger = new Map(rows.map((row) => [row.model, row]));
  const lakeHours = await newestLakeHours(deps);
  return deps.graph.models.map(({ name, kept, reads }) => {
    const row = ledger.get(name);
    const sources = [...deps.graph.upstream(name)].flatMap((read) => lakeHours.get(read) ?? []);
    return {
      model: name,
      kept,
      reads,
      lakeHour: sources.sort().at(-1) ?? null,
      newestHour: row?.newest_hour?.slice(0, 'yyyy-mm-dd hh'.length).replace(' ', 'T') ?? null,
      rowCount: row?.row_count === null || row?.row_count === undefined ? null : Number(row.row_count),
      lastRun: row?.last_run ?? null,
      failedHours: Number(row?.failed_hours ?? 0),
      brokenTests: broken.filter(({ model }) => model === name).map(({ test }) => test ?? ''),
      error: row?.error ?? null,
    };
  });
}

async function newestLakeHours(deps: TransformDeps): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(deps.graph.models.flatMap(({ reads }) => reads))];
  const newest = new Map<string, string>();
  for (const name of names) {
    const hour = (await hoursOfLake(deps, [name])).at(-1);
    if (hour !== undefined) newest.set(name, hourText(hour));
  }
  return newest;
}

/** The models and what they read, as a Mermaid flowchart. Those with hours that failed are red. */
export function mermaidGraph(models: readonly Pick<ModelStatus, 'model' | 'reads' | 'failedHours'>[]): string {
  const lines = models.flatMap(({ model, reads }) => reads.map((read) => `  ${node(read)} --> ${node(model)}`));
  const failed = models.filter(({ failedHours }) => failedHours > 0).map(({ model }) => id(model));
  const marks = failed.length === 0 ? [] : [`  classDef failed fill:#f99`, `  class ${failed.join(',')} failed`];
  return ['flowchart LR', ...lines, ...marks, ''].join('\n');
}

const id = (name: string) => name.replace('.', '_');

/** `lake_shop_feedback["lake.shop_feedback"]` */
const node = (name: string) => `${id(name)}["${name}"]`;
