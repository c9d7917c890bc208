import { buildSync } from 'esbuild';
import { COMPILED } from '../lib/infra/bundle.ts';

/** Bundles a program like a function's code, so that it is not transpiled while it runs; keeps names, for profiles. */
export function bundled(entryPoint: string, outfile: string): string {
  buildSync({ ...COMPILED, entryPoints: [entryPoint], outfile, packages: 'external', minify: false });
  return outfile;
}
