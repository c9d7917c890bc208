import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const folder = await temporaryFolder();
afterAll(() => folder.remove());
const tool = join(folder.path, 'tool');
const project = join(folder.path, 'my-lake');
const weir = join(tool, 'node_modules', '.bin', 'weir');
const npm = (cwd: string, ...args: string[]) => run('npm', args, { cwd, maxBuffer: 64 * 1024 * 1024 });

describe('from the tarball of npm pack, in an empty folder', () => {
  beforeAll(async () => {
    await npm(packageRoot, 'run', 'build');
    await npm(packageRoot, 'pack', '--ignore-scripts', '--pack-destination', folder.path);
    const tarball = readdirSync(folder.path).find((name) => name.endsWith('.tgz'));
    mkdirSync(tool);
    await npm(tool, 'install', '--prefer-offline', join('..', String(tarball)));
    await run(weir, ['init', 'my-lake'], { cwd: folder.path });
    await npm(project, 'install', '--prefer-offline');
  }, 600_000);

  it('npm install has put DuckDB’s layer into the project', () => {
    expect(existsSync(join(project, 'layer/nodejs/node_modules/@duckdb/node-bindings-linux-arm64/libduckdb.so'))).toBe(
      true,
    );
  });

  it('npm start shows rows of the project’s own stream within 20 s', async () => {
    const started = spawn('npm', ['start'], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const beganMs = performance.now();
    let printed = '';
    const ended = once(started, 'close');
    await new Promise<void>((resolve, reject) => {
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (text) => {
          printed += text;
          if (/rows: orders \d/.test(printed)) resolve();
        });
      }
      void ended.then(() => reject(new Error(`npm start ended before it had rows: ${printed}`)));
    });
    const tookMs = performance.now() - beganMs;
    const [, dashboard = ''] = /dashboard at (\S+\/)/.exec(printed) ?? [];
    const script = await fetch(new URL('app.js', dashboard));
    const editor = await fetch(new URL('sql-editor.js', dashboard));
    // Runs in a process of its own, by a file of the package.
    const body = JSON.stringify({ sql: 'select 9007199254740993 as n' });
    const queried = await fetch(new URL('../query', dashboard), { method: 'POST', body });
    const runbook = await fetch(new URL('../health/runbook', dashboard));
    const answers = [await queried.json(), Object.keys(((await runbook.json()) as Runbook).articles).length];
    // npm and what it has started.
    process.kill(-Number(started.pid), 'SIGINT');
    await ended;
    expect(tookMs).toBeLessThan(20_000);
    expect([script.status, (await script.text()).length > 10_000]).toEqual([200, true]);
    expect([editor.status, (await editor.text()).length > 100_000]).toEqual([200, true]);
    expect(answers).toEqual([expect.objectContaining({ rows: [['9007199254740993']] }), expect.any(Number)]);
    expect(answers[1]).toBeGreaterThan(20);
  });

  it('npm test passes', async () => {
    expect((await npm(project, 'test')).stdout).toContain('# fail 0');
  });

  it('npx cdk synth synthesises only that project’s topics, tables and functions', async () => {
    await run('npx', ['cdk', 'synth', '--quiet'], { cwd: project });
    const out = join(project, 'cdk.out');
    const resources = readdirSync(out)
      .filter((name) => name.endsWith('.template.json'))
      .flatMap((name) => Object.values<Resource>(JSON.parse(readFileSync(join(out, name), 'utf8')).Resources));
    const of = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
    expect(of('Custom::WeirTopic').map(({ topic }) => topic)).toEqual(['orders']);
    const tables = of('AWS::Glue::Table').map(({ TableInput }) => (TableInput as { readonly Name: string }).Name);
    expect(tables.sort()).toEqual(['dead_letters', 'orders']);
    const descriptions = of('AWS::Lambda::Function').map(({ Description }) => String(Description));
    expect(descriptions).toContain('Takes the records of every topic into the lake, each once');
    expect(descriptions.filter((text) => /refine/.test(text))).toEqual([]);
    const bundles = readdirSync(out)
      .map((name) => join(out, name, 'index.mjs'))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8'));
    expect(bundles.some((text) => text.includes('orders'))).toBe(true);
    expect(bundles.filter((text) => text.includes('shop.purchases'))).toEqual([]);
  }, 180_000);

  it.each(['chat', 'people', 'search', 'shop'])('a project from the example %s passes its test', async (example) => {
    const name = `a-${example}`;
    await run(weir, ['init', name, '--example', example], { cwd: folder.path });
    symlinkSync(join(project, 'node_modules'), join(folder.path, name, 'node_modules'));
    expect((await npm(join(folder.path, name), 'test')).stdout).toContain('# fail 0');
  });

  it('a command outside of any project says in one line where it looked', async () => {
    const failure = await run(weir, ['streams'], { cwd: folder.path }).catch((error) => error);
    expect(failure).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^weir streams: expected weir\.config\.ts in [^\n]*, found none; [^\n]*--project\n$/,
      ),
    });
  });
});

interface Runbook {
  readonly articles: Readonly<Record<string, string>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
