import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fix } from '../pipeline/replay/fix.ts';
import { defaultExport } from './default-export.ts';

/** A file that should export a fix does not. */
class FixFileError extends Error {
  override readonly name = 'FixFileError';
}

/**
 * The fix that is a file's default export.
 * @throws FixFileError in one line, if it is missing, does not compile, throws, or exports no function.
 */
export async function loadFix(path: string): Promise<Fix> {
  const file = resolve(path);
  if (!existsSync(file)) throw new FixFileError(`expected a file with a fix, found nothing at ${file}`);
  const exported = await defaultExport(file, (message, options) => new FixFileError(message, options));
  if (typeof exported === 'function') return exported as Fix;
  const found = exported === undefined ? 'no default export' : `a default export of type ${typeof exported}`;
  throw new FixFileError(`${file}: expected export default and a function, found ${found}`);
}
