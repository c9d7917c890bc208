import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HiveColumn, parquetColumns } from '../../support/parquet-columns.ts';
import { checkoutWith, readmeStream } from '../../support/readme-stream.ts';
import { contracts } from '../../support/shipped.ts';
import { ofType, type Templates } from '../../support/synthesised.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWeir, weir } from '../../support/weir-process.ts';

const run = promisify(execFile);
const stream = readmeStream();
const folder = await temporaryFolder();
const root = join(folder.path, 'checkout');
const dataDir = ['--data-dir', join(folder.path, 'data')];

/** The words of a command line, as a shell would cut it. */
const words = (command: string) =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
const weirCommands = stream.shown.filter(({ command }) => command.startsWith('npx weir '));
const outputOf = async (command: string) => {
  const { stdout, stderr } = await weir([...words(command).slice(2), ...dataDir], {}, root);
  return { stdout, stderr };
};
/** What a run says while it lasts, which a quick one does not. */
const PROGRESS = /are being counted|lag [1-9]/;
/** The folder of the data is another one here, and columns may be wider. */
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/^weir: data in .*?,/, 'weir: data in …,')
        .replace(/\s+/g, ' ')
        .trim(),
    );

describe('a stream that the README adds: one file, and its line in the index', () => {
  beforeAll(() => {
    checkoutWith(stream, root);
    const [ndjson] = stream.shown.filter(({ command }) => command.startsWith('cat '));
    writeFileSync(join(root, words(ndjson?.command ?? '').at(-1) ?? ''), `${ndjson?.output}\n`);
  });
  afterAll(() => folder.remove());

  it('compiles', async () => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const include = ['lib', 'bin', 'lambdas'].map((part) => `${part}/**/*.ts`);
    writeFileSync(join(root, 'only.json'), JSON.stringify({ extends: './tsconfig.json', include }));
    await expect(run(process.execPath, [tsc, '-p', 'only.json'], { cwd: root })).resolves.toMatchObject({ stdout: '' });
  });

  it('runs on this machine: what the README’s commands print is what they print', async () => {
    expect(weirCommands.length).toBe(3);
    for (const { command, output } of weirCommands) {
      const { stdout, stderr } = await outputOf(command);
      // Refused events are told apart from the sum, on another channel.
      const printed = command.includes(' produce ') ? stderr + stdout : stdout;
      expect(
        lines(printed).filter((line) => !PROGRESS.test(line)),
        command,
      ).toEqual(lines(output));
    }
  });

  describe('and in the template', () => {
    let templates: Templates;
    beforeAll(async () => {
      const script = `
        import { writeFileSync } from 'node:fs';
        import { loadProject } from './lib/adapters/project-file.ts';
        import { templatesOf } from './lib/infra/templates.ts';
        import { streamsDocument } from './lib/derive/streams-document.ts';
        const project = await loadProject('.');
        writeFileSync('docs/STREAMS.md', streamsDocument(project.contracts));
        writeFileSync('templates.json', JSON.stringify(templatesOf(project.deployments[0], project)));`;
      await run(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], { cwd: root });
      templates = JSON.parse(readFileSync(join(root, 'templates.json'), 'utf8'));
    });
    const mentioning = (type: string, text: string) =>
      [...ofType(templates, type).values()].filter((resource) => JSON.stringify(resource).includes(text));

    it('there are its topic, its mapping, its table, and the permissions of those who make, read and keep it', () => {
      expect(mentioning('Custom::WeirTopic', 'shop.returns').length).toBe(1);
      expect(mentioning('AWS::Lambda::EventSourceMapping', '"shop.returns"').length).toBe(1);
      expect(mentioning('AWS::Glue::Table', '"shop_returns"').length).toBe(1);
      const roles = mentioning('AWS::IAM::Role', '/shop.returns').map((role) => JSON.stringify(role));
      for (const action of ['CreateTopic', 'ReadData']) {
        expect(roles.filter((role) => role.includes(`kafka-cluster:${action}"`)).length, action).toBe(1);
      }
      const keepers = mentioning('AWS::IAM::Role', ':table/lake/shop_returns').map((role) => JSON.stringify(role));
      for (const action of ['CreatePartition', 'BatchGetPartition']) {
        expect(keepers.filter((role) => role.includes(`glue:${action}"`)).length, action).toBe(1);
      }
    });

    it('its document lists it too', () => {
      expect(readFileSync(join(root, 'docs', 'STREAMS.md'), 'utf8')).toContain('shop.returns');
    });

    describe('the catalogue declares, by name and type and in order, what a pipeline has written', () => {
      beforeAll(async () => {
        const pipeline = startWeir(['start', ...dataDir], { WEIR_BATCH_WINDOW_SECONDS: '0.3', WEIR_RATE: '5' }, root);
        const seen = contracts.map(({ name }) =>
          pipeline.untilPrinted(new RegExp(`rows: .*${name.replace('.', '\\.')} \\d`)),
        );
        await Promise.all(seen);
        pipeline.kill('SIGINT');
        await pipeline.ended;
        writeFileSync(join(root, 'bad.ndjson'), 'no JSON\n');
        await weir(['produce', 'shop.returns', '--raw', '--file', 'bad.ndjson', ...dataDir], {}, root);
        await weir(['start', '--once', ...dataDir], {}, root);
      });

      const declared = () =>
        [...ofType(templates, 'AWS::Glue::Table').values()].map(({ Properties = {} }) => {
          const { Name, StorageDescriptor } = Properties.TableInput as TableInput;
          const columns = StorageDescriptor.Columns.map((column) => ({ name: column.Name, type: column.Type }));
          // s3://…/lake/shop_purchases/: tables of two names share the objects.
          const [, objects = ''] =
            /\/lake\/([^/]+)\/$/.exec(JSON.stringify(StorageDescriptor.Location).replace(/[\]}"]/g, '')) ?? [];
          return { table: `${Properties.DatabaseName}.${Name}`, objects, columns };
        });

      it('for every table', async () => {
        const tables = declared();
        expect(tables.length).toBe(contracts.length + 3);
        for (const { table, objects, columns } of tables) {
          const written = await filesOf(join(folder.path, 'data', 'lake', objects));
          const files = written.map(parquetColumns);
          expect(
            files.reduce((sum, { rows }) => sum + rows, 0),
            table,
          ).toBeGreaterThan(0);
          for (const { columns: found } of files) expect(found, table).toEqual(columns satisfies readonly HiveColumn[]);
        }
      });
    });
  });
});

interface TableInput {
  readonly Name: string;
  readonly StorageDescriptor: {
    readonly Location: unknown;
    readonly Columns: readonly { readonly Name: string; readonly Type: string }[];
  };
}

async function filesOf(table: string): Promise<readonly string[]> {
  const entries = await readdir(table, { recursive: true });
  return entries.filter((name) => name.endsWith('.parquet')).map((name) => join(table, name));
}
