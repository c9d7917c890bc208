import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { tableOutput } from '../../lib/local/display/table-output.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { query } from '../../lib/local/query/query.ts';
import { csvOutput, jsonOutput } from '../../lib/local/query/query-output.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface QueryOptions extends Partial<Settings> {
  readonly csv?: boolean;
  readonly json?: boolean;
}

/** `weir query`. Returns the exit code. @throws QueryError */
export async function runQuery({ contracts }: LocatedProject, sql: string, options: QueryOptions): Promise<number> {
  const { dataDir } = effectiveSettings(options, contracts);
  if (!existsSync(dataDir)) noteMissing(dataDir);
  // The folder may change between reading the name and the file, so the path must be absolute.
  const lake = localLake(dataFolder(resolve(dataDir)), contracts);
  const result = await query(lake, sql === '-' ? await text(process.stdin) : sql);
  for (const hint of result.hints) process.stderr.write(`weir query: ${hint}\n`);
  if (options.json) await print(jsonOutput(result));
  else if (options.csv) await print(csvOutput(result));
  else await print(tableOutput(result, outputWidth()));
  return 0;
}

function noteMissing(dataDir: string): void {
  process.stderr.write(
    `weir query: the data folder ${dataDir} does not exist yet, so all tables are empty; run weir start\n`,
  );
}
