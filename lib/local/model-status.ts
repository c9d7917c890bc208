import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TransformDeps } from '../pipeline/transform/transform.ts';
import { type DataFolder, WAREHOUSE_FILE } from './data-folder.ts';

/** Where a model stands. Hours and times as SQL writes them; null where there is none. */
export interface ModelStatus {
  readonly model: string;
  readonly kept: string;
  readonly reads: readonly string[];
  /** The newest hour that is published. */
  readonly newestHour: string | null;
  readonly lastRun: string | null;
  /** Hours whose last run failed. */
  readonly failedHours: number;
  /** Their tests that are broken. */
  readonly brokenTests: readonly string[];
}

const LEDGER = `
  select
    model,
    cast(max(case when outcome = 'succeeded' then hour_start end) as varchar) as newest_hour,
    cast(max(ran_at) as varchar) as last_run,
    count(distinct case when outcome = 'failed' then hour_start end) as failed_hours
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
  return deps.graph.models.map(({ name, kept, reads }) => {
    const row = ledger.get(name);
    return {
      model: name,
      kept,
      reads,
      newestHour: row?.newest_hour ?? null,
      lastRun: row?.last_run ?? null,
      failedHours: Number(row?.failed_hours ?? 0),
      brokenTests: broken.filter(({ model }) => model === name).map(({ test }) => test ?? ''),
    };
  });
}

/** The models and what they read, as a Mermaid flowchart. */
export function mermaidGraph(models: readonly Pick<ModelStatus, 'model' | 'reads'>[]): string {
  const lines = models.flatMap(({ model, reads }) => reads.map((read) => `  ${node(read)} --> ${node(model)}`));
  return ['flowchart LR', ...lines, ''].join('\n');
}

/** `lake_shop_feedback["lake.shop_feedback"]` */
const node = (name: string) => `${name.replace('.', '_')}["${name}"]`;
