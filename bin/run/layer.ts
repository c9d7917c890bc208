import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/package-root.ts';
import type { LocatedProject } from '../../lib/project.ts';

const LAYER = join('layer', 'nodejs');

/** `weir layer`. Returns npm's exit code. */
export async function installLayer({ dir }: LocatedProject): Promise<number> {
  const folder = join(dir, LAYER);
  mkdirSync(folder, { recursive: true });
  if (dir !== packageRoot) {
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(packageRoot, LAYER, file), join(folder, file));
    }
  }
  const args = ['ci', '--prefix', folder, '--os=linux', '--cpu=arm64', '--libc=glibc', '--ignore-scripts'];
  const npm = spawn('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  const [code] = await once(npm, 'close');
  return code ?? 1;
}
