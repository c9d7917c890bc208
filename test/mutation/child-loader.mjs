import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Within node's loader thread: files that MUTATION_FILES has are read from there, the others from the checkout.
const { MUTATION_ROOT: root = '', MUTATION_FILES: files = '' } = process.env;

export async function load(url, context, nextLoad) {
  const path = url.startsWith('file:') ? decodeURIComponent(new URL(url).pathname) : '';
  const other = join(files, path.slice(root.length));
  const isOther = path.startsWith(`${root}/lib/`) && existsSync(other);
  return isOther
    ? { format: 'module', source: readFileSync(other, 'utf8'), shortCircuit: true }
    : nextLoad(url, context);
}
