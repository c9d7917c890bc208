import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { deleteMade, madeByWeir } from '../../lib/local/folder/reset.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { effectiveSettings } from '../setting-options.ts';
import { UsageError } from '../usage-error.ts';

export interface ResetOptions extends Partial<Settings> {
  readonly yes?: boolean;
}

/** `weir reset`. Returns the exit code. @throws WriterLockedError while a pipeline runs */
export async function reset({ contracts }: LocatedProject, options: ResetOptions): Promise<number> {
  const folder = dataFolder(effectiveSettings(options, contracts).dataDir);
  const paths = await madeByWeir(folder, contracts);
  if (paths.length === 0) {
    process.stdout.write(`nothing to delete: Weir has created nothing in ${folder.dir}\n`);
    return 0;
  }
  if (!options.yes && !(await isSure(folder.dir))) {
    process.stdout.write('nothing was deleted\n');
    return 1;
  }
  await deleteMade(folder, paths);
  const left = existsSync(folder.dir) ? '; files that Weir did not create were kept' : '';
  process.stdout.write(`deleted topics, lake and catalogue of ${folder.dir}${left}\n`);
  return 0;
}

async function isSure(dir: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('expected --yes, because there is no terminal for a confirmation');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Delete all topics, lake tables and the catalogue in ${dir}? Type yes: `);
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}
