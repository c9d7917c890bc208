import { systemClock } from '../../lib/adapters/embedded/system-clock.ts';
import { contracts } from '../../lib/contracts/index.ts';
import { dataFolder } from '../../lib/local/data-folder.ts';
import { mermaidGraph, modelStatus } from '../../lib/local/model-status.ts';
import { jsonOutput } from '../../lib/local/query-output.ts';
import { tableOutput } from '../../lib/local/table-output.ts';
import { localWarehouse } from '../../lib/local/warehouse.ts';
import type { Settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface ModelsOptions extends Partial<Settings> {
  readonly mermaid?: boolean;
  readonly json?: boolean;
}

const NAMES = ['model', 'kept', 'newest_hour', 'last_run', 'failed_hours', 'broken_tests', 'reads'];

/** `weir models`. Answers the exit code. */
export async function models(options: ModelsOptions): Promise<number> {
  const settings = effectiveSettings(options);
  const folder = dataFolder(settings.dataDir);
  const deps = await localWarehouse({ folder, settings, contracts, clock: systemClock });
  try {
    const found = await modelStatus(deps, folder);
    if (options.mermaid) {
      process.stdout.write(mermaidGraph(found));
      return 0;
    }
    const columns = NAMES.map((name) => ({ name, type: name === 'failed_hours' ? 'INTEGER' : 'VARCHAR' }));
    const rows = found.map((one) => [
      one.model,
      one.kept,
      one.newestHour,
      one.lastRun,
      one.failedHours,
      one.brokenTests.join('; '),
      one.reads.join(', '),
    ]);
    const result = { columns, rows: once(rows) };
    await print(options.json ? jsonOutput(result) : tableOutput(result, outputWidth()));
    return 0;
  } finally {
    await deps.warehouse.close();
  }
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
