import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modelFiles } from '../adapters/model-files.ts';
import { releasedFile } from '../adapters/released-contracts.ts';
import { lakeTable } from '../derive/names.ts';
import { externalTables } from '../derive/redshift.ts';
import { packageFacts, packageRoot } from '../package-root.ts';
import { type Project, ProjectError, type Stream } from '../project.ts';

/** The shipped domains, in the order of their names. */
export const exampleNames = readdirSync(join(packageRoot, 'streams'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export interface NewProject {
  /** The absolute path of a folder that does not exist or is empty. */
  readonly dir: string;
  /** One of the shipped domains; undefined is one small stream. */
  readonly example?: string | undefined;
  /** The dependency on Weir in `package.json`: a version, or a tarball. */
  readonly weir: string;
}

const TEMPLATE = join(packageRoot, 'templates', 'project');
/** The extension of compiled code, or of the sources in a checkout. */
const CODE_ROOT = join(import.meta.dirname, '../..');
const CODE_EXTENSION = extname(import.meta.filename);

type Files = ReadonlyMap<string, string>;

/**
 * Creates a project folder atomically, and overwrites nothing.
 * @returns the files, relative to the folder.
 * @throws ProjectError if the folder is not empty.
 */
export async function createProject(options: NewProject): Promise<readonly string[]> {
  const { dir } = options;
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new ProjectError(`${dir}: expected a folder that is new or empty, found files in it; name another folder`);
  }
  const files = await projectFiles(options);
  const aside = `${dir}.weir-init-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(aside, path)), { recursive: true });
    writeFileSync(join(aside, path), text);
  }
  renameSync(aside, dir);
  return [...files.keys()].sort();
}

async function projectFiles({ dir, example, weir }: NewProject): Promise<Files> {
  const name = basename(dir);
  const domain = example === undefined ? await template() : await shippedDomain(example);
  const { contracts } = domain;
  const [first] = contracts;
  if (first === undefined) throw new Error(`${example}: expected a stream, found none`);
  const { database, table } = lakeTable(first);
  const readme = textAt(TEMPLATE, 'README.md').replace('{{name}}', name).replace('{{table}}', `${database}.${table}`);
  return new Map([
    ...domain.files,
    ...[
      'bin/app.ts',
      'test/project.test.ts',
      'tsconfig.json',
      '.github/workflows/ci.yml',
      '.github/workflows/deploy.yml',
    ].map((path) => [path, textAt(TEMPLATE, path)] as const),
    ...contracts.map((contract) => [`contracts/released/${contract.name}.json`, releasedFile(contract)] as const),
    // npm would leave a file of that name out of the package.
    ['.gitignore', textAt(TEMPLATE, 'gitignore')],
    ['README.md', readme],
    ['cdk.json', textAt(packageRoot, 'cdk.json')],
    ['package.json', packageJson(name, weir)],
  ]);
}

interface Domain {
  readonly contracts: Project['contracts'];
  /** Its streams, its models, and the `weir.config.ts` that names them. */
  readonly files: Files;
}

async function template(): Promise<Domain> {
  const { default: project } = await importedFrom('templates/project/weir.config');
  const paths = [
    'weir.config.ts',
    'streams/orders.ts',
    'sql/analytics/orders_by_hour.sql',
    'sql/cases/analytics.orders_by_hour/an-order-counts-for-the-hour-it-came-in.json',
  ];
  return {
    contracts: (project as Project).contracts,
    files: new Map(paths.map((path) => [path, ofProject(textAt(TEMPLATE, path))])),
  };
}

async function shippedDomain(example: string): Promise<Domain> {
  const streams = await streamsOf(example);
  const contracts = streams.map(({ contract }) => contract);
  const folder = join(packageRoot, 'streams', example);
  const config = ofProject(textAt(TEMPLATE, 'weir.config.ts'))
    .replace(/import \{ ordersStream \} from [^\n]*/, `import { ${example} } from './streams/${example}/index.ts';`)
    .replace('[ordersStream]', `[...${example}]`);
  return {
    contracts,
    files: new Map([
      ['weir.config.ts', config],
      ...readdirSync(folder).map((name) => [`streams/${example}/${name}`, ofProject(textAt(folder, name))] as const),
      ...(await modelsOver(contracts)),
    ]),
  };
}

/** The shipped models that read nothing but these contracts' tables, and each other; with their cases. */
async function modelsOver(contracts: Project['contracts']): Promise<Files> {
  const all = (await Promise.all(exampleNames.map(streamsOf))).flat().map(({ contract }) => contract);
  const models = await modelFiles(join(packageRoot, 'sql'), all);
  const known = new Set(externalTables(contracts));
  const kept = new Map<string, string>();
  for (let before = -1; before < kept.size; ) {
    before = kept.size;
    for (const { schema, table, file, reads } of models) {
      if (kept.has(file) || !reads.every((name) => known.has(name))) continue;
      kept.set(file, textAt(packageRoot, file));
      known.add(`${schema}.${table}`);
      for (const path of casePaths(`${schema}.${table}`)) kept.set(path, textAt(packageRoot, path));
    }
  }
  return kept.size > 0
    ? kept
    : new Map([
        [
          'sql/README.md',
          'One model a file: `sql/<schema>/<model>.sql`. Its tests: `sql/cases/<schema>.<model>/<what-holds>.json`.\n',
        ],
      ]);
}

function casePaths(model: string): readonly string[] {
  const folder = `sql/cases/${model}`;
  return existsSync(join(packageRoot, folder))
    ? readdirSync(join(packageRoot, folder)).map((name) => `${folder}/${name}`)
    : [];
}

async function streamsOf(example: string): Promise<readonly Stream[]> {
  const module = await importedFrom(`streams/${example}/index`);
  return module[example] as readonly Stream[];
}

const importedFrom = (path: string): Promise<Readonly<Record<string, unknown>>> =>
  import(pathToFileURL(join(CODE_ROOT, `${path}${CODE_EXTENSION}`)).href);

const textAt = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

/** A source file of Weir, with its imports rewritten for a project that uses the package. */
const ofProject = (source: string) => source.replaceAll(/'(\.\.\/)+lib\/index\.ts'/g, `'${packageFacts().name}'`);

function packageJson(name: string, weir: string): string {
  const facts = packageFacts();
  const exact = (names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, facts.devDependencies[one] ?? facts.dependencies[one]]));
  const content = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      prepare: 'weir layer',
      start: 'weir start',
      test: 'tsc && node --import tsx --test test/*.test.ts',
    },
    dependencies: { [facts.name]: weir },
    devDependencies: exact(['@types/node', 'aws-cdk', 'tsx', 'typescript']),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/**
 * The dependency on Weir for a new project's `package.json`: the tarball that this Weir was installed from, else its
 * version.
 */
export function ownSpecifier(): string {
  const { name, version } = packageFacts();
  const modules = packageRoot.slice(0, -name.length - 1);
  const lock = join(modules, '.package-lock.json');
  if (!packageRoot.endsWith(join('node_modules', name)) || !existsSync(lock)) return version;
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly resolved?: string } | undefined>>;
  };
  const resolved = packages[relative(dirname(modules), packageRoot)]?.resolved;
  if (resolved === undefined || !resolved.startsWith('file:')) return version;
  return `file:${join(dirname(modules), resolved.slice('file:'.length))}`;
}
