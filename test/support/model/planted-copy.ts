import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A plausible mistake, planted into a copy of the real code: `found` must occur in `file` exactly once. */
export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly found: string;
  readonly planted: string;
  /** Additional imports of the planted code, as lines of the file. */
  readonly imports?: string;
}

const ROOT = join(import.meta.dirname, '../../..');
const CODE = ['lib/contracts', 'lib/derive', 'lib/pipeline', 'lambdas/sink', 'lambdas/refine', 'lambdas/meter'];

/**
 * Copies the pipeline's code next to the original, and plants the variant there.
 * @param folder below `.cache`: unique to the caller, because test files run concurrently
 */
export async function plantedCopy({ name, file, found, planted, imports = '' }: Variant, folder = 'variants') {
  const copy = join(ROOT, '.cache', folder, name.replaceAll(/\W+/g, '-'));
  await rm(copy, { recursive: true, force: true });
  for (const code of CODE) await cp(join(ROOT, code), join(copy, code), { recursive: true });
  const code = await readFile(join(copy, file), 'utf8');
  if (code.split(found).length !== 2) {
    throw new Error(`variant "${name}": expected "${found}" once in ${file}; the code has moved on, fix the variant`);
  }
  await writeFile(join(copy, file), imports + code.replace(found, () => planted));
  return copy;
}

/** The compiler's errors for the code with each variant planted; empty if all of them compile. */
export async function typeErrors(variants: readonly Variant[]): Promise<string> {
  const folder = join(ROOT, '.cache/typed-variants');
  await rm(folder, { recursive: true, force: true });
  for (const variant of variants) await plantedCopy(variant, 'typed-variants');
  const options = { noUnusedLocals: false, noUnusedParameters: false };
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: options,
    include: ['*/lambdas/*/handler.ts', '*/lib/pipeline/meter/fill-gaps.ts', '*/lib/pipeline/replay/*amender.ts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder], (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
