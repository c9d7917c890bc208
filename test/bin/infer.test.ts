import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());
const path = (name: string) => join(folder.path, name);
const infer = (...args: string[]) => weir(['infer', ...args, '--project', folder.path, '--data-dir', path('data')]);

/** As GitHub's API has them: the payload of each type of event is another. */
const GITHUB = [
  {
    id: '22249084947',
    type: 'WatchEvent',
    actor: { id: 583231, login: 'octocat' },
    public: true,
    payload: { action: 'started' },
    created_at: '2026-01-30T09:00:00Z',
  },
  {
    id: '22249084964',
    type: 'PushEvent',
    actor: { id: 583231, login: 'octocat' },
    public: true,
    payload: { push_id: 10115855396, size: 1, commits: [{ sha: '7a8f3ac8', distinct: true }] },
    created_at: '2026-01-30T09:00:01Z',
  },
  {
    id: '22249084965',
    type: 'ForkEvent',
    actor: { id: 583232, login: 'hubot' },
    public: true,
    payload: { forkee: { id: 1, private: false } },
    org: { id: 9 },
    created_at: '2026-01-30T09:00:02Z',
  },
];
const SALES = [
  { 'order.id': 'A-1', amount: '758.69', placed: 1_767_225_600_123, country: 'de' },
  { 'order.id': 'A-2', amount: '9.5', placed: 1_767_225_601_000, country: 'fr' },
];

describe('weir infer', () => {
  beforeAll(async () => {
    const lib = (file: string) => pathToFileURL(join(import.meta.dirname, '../../lib', file)).href;
    await writeFile(
      path('weir.config.ts'),
      `import { contract, project, string, timestamp } from '${lib('index.ts')}';
       const ticks = contract({ name: 'ticks', version: 1, description: 'Ticks.', owner: 'us', key: 'id', eventTime: 'at',
         identity: 'position', fields: { id: string('Id.'), at: timestamp('When.') } });
       export default project({ streams: [ticks] });`,
    );
    await mkdir(path('sql'));
    await writeFile(path('github.json.gz'), gzipSync(JSON.stringify(GITHUB, null, 2)));
    await writeFile(path('sales.ndjson'), SALES.map((sale) => JSON.stringify(sale)).join('\n'));
    await writeFile(
      path('ticks.ndjson'),
      '{"id":"t","at":"2026-01-30T09:00:00Z"}\n{"id":"u","at":"2026-01-30T09:00:01Z"}\n',
    );
    await writeFile(path('empty.ndjson'), '');
    await writeFile(path('binary.bin'), Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 1, 2, 255, 254]));
    await writeFile(path('numbers.json'), '[1, 2, 3]');
  });

  it('of a file writes a contract that accepts all of it, and reports it', async () => {
    const found = await infer('github.events', '--file', path('github.json.gz'));
    expect(found).toMatchObject({ code: 0, stderr: '' });
    expect(found.stdout).toMatch(/^wrote .*streams\/github-events\.ts; it accepts 3 of the sample’s 3 events\nnext: /);
    const source = await readFile(path('streams/github-events.ts'), 'utf8');
    expect(source).toContain("from '@weir-lakehouse/weir';");
    expect(source).toContain('export const githubEvents = contract({');
    expect(source).toContain("created_at: timestamp(''),");
    expect(source).toContain("org: struct({ id: integer('') }, '', { nullable: true }),");
    expect(source).toContain(
      '// Personal data? Its name suggests it. Decide: { personal: true }, or remove this line.\n    actor: ',
    );
  });

  it('reads amounts as text, milliseconds and dotted names', async () => {
    await infer('sales', '--file', path('sales.ndjson'));
    const source = await readFile(path('streams/sales.ts'), 'utf8');
    expect(source).toContain("amount: moneyOrText(''),");
    expect(source).toContain("placed: epochMillis(''),");
    expect(source).toContain("order_id: string('', { wire: 'order.id' }),");
  });

  it('overwrites nothing', async () => {
    await mkdir(path('streams'), { recursive: true });
    await writeFile(path('streams/mine.ts'), 'mine');
    const refused = await infer('mine', '--file', path('sales.ndjson'));
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /^weir infer: expected no file .*streams\/mine\.ts, found one; rename it, or the stream\n$/,
    );
    expect(await readFile(path('streams/mine.ts'), 'utf8')).toBe('mine');
  });

  it.each([
    ['an empty file', 'empty.ndjson', /^weir infer: empty\.ndjson: expected events, found none; [^\n]+\n$/],
    ['a binary file', 'binary.bin', /^weir infer: [^\n]*binary\.bin[^\n]*\n$/],
    [
      'a file without objects',
      'numbers.json',
      /^weir infer: numbers\.json: expected JSON objects with fields, found [^\n]+\n$/,
    ],
    ['a file that is not there', 'nowhere.ndjson', /^weir infer: [^\n]*nowhere\.ndjson[^\n]*\n$/],
  ])('refuses %s in one line, and writes nothing', async (_, file, message) => {
    const refused = await infer('refused', '--file', path(file));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(message);
    await expect(readFile(path('streams/refused.ts'))).rejects.toThrow('ENOENT');
  });

  it('of a topic reads what is on it, and refuses one without records', async () => {
    const none = await infer('ticks.again', '--topic', 'ticks');
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/^weir infer: [^\n]*ticks[^\n]*\n$/);
    const ticks = ['ticks', '--file', path('ticks.ndjson'), '--project', folder.path, '--data-dir', path('data')];
    expect(await weir(['produce', ...ticks])).toMatchObject({ code: 0 });
    const found = await infer('ticks.again', '--topic', 'ticks');
    expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('accepts 2 of the sample’s 2 events') });
    expect(await readFile(path('streams/ticks-again.ts'), 'utf8')).toContain('Found by weir infer in topic ticks');
  });

  it('wants a new name, and a file or a topic', async () => {
    expect((await infer('ticks', '--file', path('sales.ndjson'))).stderr).toMatch(
      /^weir infer: expected a new stream, found ticks/,
    );
    expect((await infer('Orders', '--file', path('sales.ndjson'))).stderr).toMatch(
      /^weir infer: expected a name of lower-case/,
    );
    expect(await infer('orders')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/expected --file or --topic, found neither\n$/),
    });
  });
});
