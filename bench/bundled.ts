import { buildSync } from 'esbuild';
import { COMPILED } from '../lib/infra/bundle.ts';

/** Bundles a program as a function's code is, so that it is not translated while it runs; names stay, for profiles. */
export function bundled(entryPoint: string, outfile: string): string {
  buildSync({ ...COMPILED, entryPoints: [entryPoint], outfile, packages: 'external', minify: false });
  return outfile;
}
