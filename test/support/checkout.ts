import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../lib/package-root.ts';

/** The files that a checkout needs to run and to be synthesised. */
const COPIED = [
  'bin',
  'contracts',
  'docs',
  'lambdas',
  'lib',
  'sql',
  'streams',
  'web',
  'cdk.json',
  'package.json',
  'tsconfig.json',
  'weir.config.ts',
];

/** The additional files that its tests need. */
const TESTED = [
  ...['test', 'templates', 'bench', '.github', 'vitest.config.ts', 'biome.json', 'package-lock.json'],
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
];

/** Copies this checkout to `folder`, where it may be changed; it shares the packages of this one. */
export function copyCheckout(folder: string, { withTests = false } = {}): void {
  for (const name of [...COPIED, ...(withTests ? TESTED : [])]) {
    cpSync(join(packageRoot, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['node_modules', 'layer']) symlinkSync(join(packageRoot, name), join(folder, name));
}
