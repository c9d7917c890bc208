import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/architecture.md', root), 'utf8');
const [, changes = ''] = text.split('## To change');

/** What stands in backquotes and is written like a path of the repository. */
const pathsIn = (markdown: string) =>
  [...markdown.matchAll(/`([a-z]+\/[\w./-]*|[\w.-]+\.(?:ts|json|md))`/g)].map(([, path = '']) => path);

it('docs/architecture.md names only paths that exist', () => {
  const missing = pathsIn(text).filter((path) => !existsSync(inRepository(path)) && !isFolderOfAdapters(path));
  expect(missing).toEqual([]);
});

it('it says for fifteen changes or more where to make them', () => {
  const rows = changes.split('\n').filter((line) => line.startsWith('| ') && pathsIn(line).length > 0);
  expect(rows.length).toBeGreaterThanOrEqual(15);
});

it('each folder of lib has its row', () => {
  const folders = readdirSync(new URL('lib', root), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) expect(text).toContain(`| \`lib/${name}/\``);
});

function inRepository(path: string): string {
  // The handler's files are named without their folder, which every function has.
  const inEachFunction = ['handler.ts', 'env.ts', 'index.ts'].includes(path);
  return fileURLToPath(new URL(inEachFunction ? `lambdas/sink/${path}` : path, root));
}

const isFolderOfAdapters = (path: string) => existsSync(fileURLToPath(new URL(`lib/adapters/${path}`, root)));
