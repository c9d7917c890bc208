import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..');

/** What each part of the code may reach, itself included, however many files lie between: README, "The folders". */
const REACHES: Readonly<Record<string, readonly string[]>> = {
  contracts: ['contracts'],
  derive: ['contracts', 'derive'],
  settings: ['contracts', 'derive', 'settings'],
  generators: ['contracts', 'derive', 'generators'],
  pipeline: ['contracts', 'derive', 'settings', 'pipeline'],
  infer: ['contracts', 'derive', 'settings', 'pipeline', 'infer'],
  api: ['contracts', 'derive', 'pipeline', 'api'],
  adapters: ['contracts', 'derive', 'settings', 'project', 'pipeline', 'adapters'],
  lambdas: ['contracts', 'derive', 'settings', 'project', 'generators', 'pipeline', 'api', 'adapters', 'lambdas'],
  local: [
    'contracts',
    'derive',
    'settings',
    'project',
    'generators',
    'pipeline',
    'api',
    'adapters',
    'lambdas',
    'infer',
    'package',
    'local',
  ],
  infra: ['contracts', 'derive', 'settings', 'project', 'package', 'infra'],
  cost: ['contracts', 'derive', 'settings', 'cost'],
  streams: ['contracts', 'derive', 'generators', 'index', 'pipeline', 'project', 'streams'],
};

/** The part's files: of `settings` those beside the folders. */
async function filesOf(part: string): Promise<readonly string[]> {
  if (part === 'settings') return ['lib/settings.ts', 'lib/settings-kinds.ts', 'lib/settings-document.ts'];
  const folder = part === 'lambdas' || part === 'streams' ? part : `lib/${part}`;
  const found = await readdir(join(ROOT, folder), { recursive: true });
  return found.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

const partOf = (path: string) => /^(?:lib\/)?(settings|[a-z]+)/.exec(path)?.[1] ?? path;

describe('the architecture', () => {
  it.each(Object.entries(REACHES))('%s reaches nothing behind it, through whatever files', async (part, reached) => {
    const entryPoints = [...(await filesOf(part))];
    expect(entryPoints.length).toBeGreaterThan(0);
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints,
      outdir: 'none',
      bundle: true,
      write: false,
      metafile: true,
      packages: 'external',
      external: ['#project'],
      format: 'esm',
      platform: 'node',
      logLevel: 'silent',
    });
    const outside = Object.keys(metafile.inputs).filter((path) => !reached.includes(partOf(path)));
    expect(outside).toEqual([]);
  });
});

/** A folder, what a file in it must not import, and what it may. */
const LINTED: readonly (readonly [file: string, forbidden: readonly string[], allowed: readonly string[]])[] = [
  ['lib/contracts', ['../derive/x', '../pipeline/x', '@aws-sdk/client-s3', 'kafkajs'], ['./x']],
  ['lib/derive', ['../settings', '../pipeline/x', '../infra/x', '../cost/x'], ['../contracts/x']],
  ['lib', ['./adapters/x', './local/x', './cost/x', 'aws-cdk-lib', '../streams/x'], ['./derive/x']],
  ['lib/generators', ['../pipeline/x', '../adapters/x', '../cost/x'], ['../contracts/x']],
  ['lib/pipeline', ['../adapters/x', '../local/x', '../cost/x', '@duckdb/node-api'], ['../derive/x']],
  ['lib/infer', ['../adapters/x', '../local/x'], ['../pipeline/x']],
  [
    'lib/api',
    ['../adapters/x', '../local/x', '../../lambdas/x', '@redis/client', 'kafkajs'],
    ['../pipeline/x', 'hono'],
  ],
  ['lib/adapters', ['../local/x', '../infra/x', '../cost/x', 'aws-cdk-lib'], ['../pipeline/x']],
  ['lambdas/sink', ['../../lib/local/x', '../../lib/infra/x', '../../lib/cost/x'], ['../../lib/adapters/x']],
  ['lib/local', ['../infra/x', '../cost/x', '../../bin/x', 'aws-cdk-lib'], ['../../lambdas/sink/handler']],
  [
    'lib/infra',
    [
      ...['../pipeline/x', '../adapters/x', '../generators/x', '../local/x', '../cost/x', '../../bin/x'],
      ...['../../lambdas/sink/handler', '../../streams/x', '#project', 'kafkajs', '@duckdb/node-api'],
    ],
    ['../derive/x', '../settings', '../../lambdas/sink/env', 'aws-cdk-lib'],
  ],
  [
    'lib/cost',
    [
      ...['../pipeline/x', '../adapters/x', '../local/x', '../infra/x', '../../lambdas/sink/env', '../../bin/x'],
      ...['../../streams/x', 'aws-cdk-lib', '@aws-sdk/client-s3'],
    ],
    ['../derive/x', '../settings'],
  ],
  [
    'bin/commands',
    ['../../test/x', '../../bench/x', '../../lambdas/sink/handler', '../../streams/x', '@aws-sdk/client-s3', 'kafkajs'],
    ['../../lib/local/x', '../../lib/infra/x', '../../lib/cost/x', 'aws-cdk-lib'],
  ],
  ['streams/shop', ['../../lib/adapters/x', '../../lib/infra/x', '../../lib/contracts/x'], ['../../lib/index']],
];

/** Files of `test/` that are about this repository's own streams: of the folders called so, and what stands for the project. */
const ABOUT_STREAMS = /^test\/(\w+\/)?streams\/|^test\/support\/(shipped|example-house)\.ts$/;

describe('the tests of the engine', () => {
  it('know no shipped stream: these may be replaced', async () => {
    const found = await readdir(join(ROOT, 'test'), { recursive: true });
    const files = found.filter((name) => name.endsWith('.ts')).map((name) => join('test', name));
    const knowing: string[] = [];
    for (const file of files.filter((name) => !ABOUT_STREAMS.test(name))) {
      const imports = [...(await readFile(join(ROOT, file), 'utf8')).matchAll(/^(?:import|\} from) .*'(\.[^']+)';$/gm)];
      const reached = imports.map(([, path = '']) => join(dirname(file), path));
      if (reached.some((path) => /^(streams\/|weir\.config)/.test(path) || ABOUT_STREAMS.test(path)))
        knowing.push(file);
    }
    expect(files.length).toBeGreaterThan(100);
    expect(knowing).toEqual([]);
  });
});

describe('the linter', () => {
  it('refuses an import of each forbidden kind, and none that is allowed', async () => {
    const folder = await temporaryFolder();
    await cp(join(ROOT, 'biome.json'), join(folder.path, 'biome.json'));
    const expected: string[] = [];
    const plant = async (path: string, imported: string) => {
      await mkdir(dirname(join(folder.path, path)), { recursive: true });
      const name = /^[.]/.test(imported) ? `${imported}.ts` : imported;
      await writeFile(join(folder.path, path), `import { x } from '${name}';\n\nexport const y = x;\n`);
    };
    for (const [at, forbidden, allowed] of LINTED) {
      for (const [index, imported] of forbidden.entries()) {
        await plant(`${at}/forbidden-${index}.ts`, imported);
        expected.push(`${at}/forbidden-${index}.ts`);
      }
      for (const [index, imported] of allowed.entries()) await plant(`${at}/allowed-${index}.ts`, imported);
    }
    const refused = await restrictedImports(folder.path);
    await folder.remove();
    expect(refused).toEqual(expected.sort());
  });
});

/** The files below the folder in which the linter finds an import that is not allowed. */
async function restrictedImports(folder: string): Promise<readonly string[]> {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const options = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=none'];
  const run = promisify(execFile)(process.execPath, [biome, ...options, '--reporter=github', '.'], { cwd: folder });
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
  const files = [...stdout.matchAll(/noRestrictedImports,file=([^,]+),/g)].map(([, file = '']) =>
    relative(folder, file),
  );
  return [...new Set(files)].sort();
}
