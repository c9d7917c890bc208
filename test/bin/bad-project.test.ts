import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

const LIB = pathToFileURL(join(import.meta.dirname, '../../lib/index.ts')).href;
const ORDERS = `contract({ name: 'orders', version: 1, description: 'Orders.', owner: 'us', key: 'id', eventTime: 'at',
  identity: 'position', fields: { id: string('Id.'), at: timestamp('When.') } })`;
const config = (streams: string) => `import { contract, project, string, timestamp } from '${LIB}';
  export default project({ streams: [${streams}] });`;

const MODEL = `-- One row for each order.
-- grain: id
-- kept: rebuild
-- columns:
--   id string
-- tests:
--   not null: id
select
  id
from
  lake.of_another_project
`;

type Files = Readonly<Record<string, string>>;

let made = 0;
async function projectWith(files: Files): Promise<string> {
  made += 1;
  const dir = join(folder.path, `p${made}`);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}

async function filesIn(dir: string): Promise<Files> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')])));
}

/** What is wrong, the files, the command that meets it, what it says. */
const bad: readonly (readonly [string, Files, readonly string[], RegExp])[] = [
  [
    'without streams',
    { 'weir.config.ts': config('') },
    ['streams'],
    /^weir streams: \S+weir\.config\.ts: streams: expected at least one stream, found none; add [^\n]+\n$/,
  ],
  [
    'with two streams of one name',
    { 'weir.config.ts': config(`${ORDERS}, ${ORDERS}`) },
    ['streams'],
    /^weir streams: \S+weir\.config\.ts: [^\n]*found orders twice; rename or remove one\n$/,
  ],
  [
    'whose config does not compile',
    { 'weir.config.ts': 'export default project({{' },
    ['start', '--once'],
    /^weir start: \S+weir\.config\.ts: [^\n]+\n$/,
  ],
  [
    'whose config throws',
    { 'weir.config.ts': "throw new Error('no\\n luck');" },
    ['produce', 'orders', '--count', '1'],
    /^weir produce: \S+weir\.config\.ts: no luck\n$/,
  ],
  [
    'with a model that reads another project’s table',
    { 'weir.config.ts': config(ORDERS), 'sql/mart/orders.sql': MODEL },
    ['models'],
    /^weir models: \S*mart\/orders\.sql: expected a model or a table of the lake, found lake\.of_another_project; add its stream to weir\.config\.ts, or read another table\n$/,
  ],
  [
    'with a released contract that was edited by hand',
    { 'weir.config.ts': config(ORDERS), 'contracts/released/orders.json': '{"name":"orders","digest":"0"}' },
    ['accept'],
    /^weir accept: \S+released\/orders\.json: expected it as weir accept wrote it, found it edited; restore it [^\n]+\n$/,
  ],
];

describe('a project', () => {
  it.each(bad)('%s is refused in one line, and no file is written', async (_, files, command, message) => {
    const dir = await projectWith(files);
    const before = await filesIn(dir);
    const { code, stdout, stderr } = await weir([...command, '--project', dir], { WEIR_DATA_DIR: join(dir, 'data') });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await filesIn(dir)).toEqual(before);
  });

  it('is made in no folder that has files', async () => {
    const dir = await projectWith({ 'notes.txt': 'mine' });
    const { code, stderr } = await weir(['init', dir]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /^weir init: \S+: expected a folder that is new or empty, found files in it; name another folder\n$/,
    );
    expect(await filesIn(dir)).toEqual({ [join(dir, 'notes.txt')]: 'mine' });
  });
});
