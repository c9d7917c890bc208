import { join } from 'node:path';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { tableOutput } from '../../lib/local/display/table-output.ts';
import { dataFolder, WAREHOUSE_FILE } from '../../lib/local/folder/data-folder.ts';
import { mermaidGraph, modelStatus } from '../../lib/local/model-status.ts';
import { jsonOutput } from '../../lib/local/query/query-output.ts';
import { localWarehouse } from '../../lib/local/warehouse.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface ModelsOptions extends Partial<Settings> {
  readonly mermaid?: boolean;
  readonly json?: boolean;
}

const NAMES = 'model, kept, lake_hour, newest_hour, rows, last_run, failed_hours, broken_tests, reads'.split(', ');
const NUMBERS = new Set(['rows', 'failed_hours']);

/** `weir models`. Returns the exit code. */
export async function models(project: LocatedProject, options: ModelsOptions): Promise<number> {
  const settings = effectiveSettings(options, project.contracts);
  const folder = dataFolder(settings.dataDir);
  const { warehouse: _, ...deps } = await localWarehouse({ ...project, folder, settings, clock: systemClock });
  const found = await modelStatus({ ...deps, warehouseFile: join(folder.warehouse, WAREHOUSE_FILE) });
  if (options.mermaid) {
    process.stdout.write(mermaidGraph(found));
    return 0;
  }
  const names = options.json ? [...NAMES, 'error'] : NAMES;
  const columns = names.map((name) => ({ name, type: NUMBERS.has(name) ? 'INTEGER' : 'VARCHAR' }));
  const rows = found.map((one) => [
    one.model,
    one.kept,
    one.lakeHour,
    one.newestHour,
    one.rowCount,
    one.lastRun,
    one.failedHours,
    one.brokenTests.join('; '),
    one.reads.join(', '),
    ...(options.json ? [one.error] : []),
  ]);
  const result = { columns, rows: once(rows) };
  await print(options.json ? jsonOutput(result) : tableOutput(result, outputWidth()));
  // Too long for a column, but what an operator needs when something fails.
  if (!options.json) for (const { error } of found) if (error !== null) process.stdout.write(`\n${error}\n`);
  return 0;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
