import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadFix } from '../../lib/adapters/fix-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const fileWith = async (name: string, text: string) => {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
};

it('a fix is the default export of a file', async () => {
  const fix = await loadFix(await fileWith('good.mjs', 'export default (event) => ({ ...event, a: 1 });'));
  expect(fix({ b: 2 }, {} as never)).toEqual({ a: 1, b: 2 });
});

it.each([
  [
    'exports nothing',
    'nothing.mjs',
    'export const fix = 1;',
    /nothing\.mjs: expected .* a function, found no default export$/,
  ],
  [
    'exports no function',
    'list.mjs',
    'export default [];',
    /list\.mjs: expected .* found a default export of type object$/,
  ],
  ['throws', 'throws.mjs', 'throw new Error("at once\\n here");', /throws\.mjs: at once here$/],
])('a file that %s is refused in one line that names it', async (_, name, text, message) => {
  const error = await loadFix(await fileWith(name, text)).catch((cause) => cause);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('\n');
});

it('a file that is missing is refused with where it was looked for', async () => {
  await expect(loadFix(join(folder.path, 'none.ts'))).rejects.toThrow(/found nothing at .*none\.ts$/);
});
