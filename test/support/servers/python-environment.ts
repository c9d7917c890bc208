import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installed, runInstaller } from './install.ts';
import { commandOnPath } from './requirement.ts';

/** The Python of an environment with the packages listed in a file next to this one, such as `python-clients.txt`. */
export async function pythonEnvironment(requirementsFile: string): Promise<string> {
  const path = join(import.meta.dirname, requirementsFile);
  const edition = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 12);
  const folder = await installed(`${requirementsFile.replace('.txt', '')}-${edition}`, async (half) => {
    await runInstaller(commandOnPath('python3'), ['-m', 'venv', half]);
    await runInstaller(join(half, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', path]);
  });
  return join(folder, 'bin', 'python');
}
