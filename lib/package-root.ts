import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of Weir's own package, with its non-code files, both in a checkout and in the compiled package. */
export const packageRoot = folderOfPackage(import.meta.dirname);

function folderOfPackage(folder: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, 'package.json'))) return at;
  throw new Error(`${folder}: expected package.json of Weir above it, found none; install Weir again`);
}

export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The facts of Weir's `package.json`. */
export function packageFacts(): PackageFacts {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
}
