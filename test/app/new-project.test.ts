import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createProject, exampleNames, ownSpecifier } from '../../lib/app/new-project.ts';
import { projectFindings } from '../../lib/app/project-findings.ts';
import { packageFacts, packageRoot } from '../../lib/package-root.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

/** A project's files, with the sources of this checkout in the place of the package. */
function onThisCheckout(dir: string, files: readonly string[]): void {
  const link = join(dir, 'node_modules', packageFacts().name);
  mkdirSync(link, { recursive: true });
  writeFileSync(join(link, 'package.json'), '{ "type": "module", "exports": "./lib/index.ts" }');
  symlinkSync(join(packageRoot, 'lib'), join(link, 'lib'));
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const up = `${'../'.repeat(file.split('/').length - 1) || './'}node_modules/${packageFacts().name}/lib/index.ts`;
    const text = readFileSync(join(dir, file), 'utf8');
    writeFileSync(join(dir, file), text.replaceAll(`'${packageFacts().name}'`, `'${up}'`));
  }
}

describe('a new project', () => {
  it('has exactly these files', async () => {
    const dir = join(folder.path, 'my-lake');
    const files = await createProject({ dir, weir: '1.2.3' });
    expect(files).toEqual([
      '.github/workflows/ci.yml',
      '.github/workflows/deploy.yml',
      '.gitignore',
      'README.md',
      'bin/app.ts',
      'cdk.json',
      'contracts/released/orders.json',
      'package.json',
      'sql/analytics/orders_by_hour.sql',
      'sql/cases/analytics.orders_by_hour/an-order-counts-for-the-hour-it-came-in.json',
      'streams/orders.ts',
      'test/project.test.ts',
      'tsconfig.json',
      'weir.config.ts',
    ]);
    const written = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(written.length).toBe(files.length);
    expect(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-lake',
      dependencies: { [packageFacts().name]: '1.2.3' },
      devDependencies: { 'aws-cdk': packageFacts().devDependencies['aws-cdk'] },
    });
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toContain('select * from lake.orders limit 5');
    for (const file of files)
      expect(readFileSync(join(dir, file), 'utf8'), file).not.toMatch(/\.\.\/lib\/|\{\{(name|table)/);
  });

  it.each([undefined, ...exampleNames])('of the example %s goes together as it is', async (example) => {
    const dir = join(folder.path, `of-${example}`);
    onThisCheckout(dir, await createProject({ dir, example, weir: '1.2.3' }));
    expect(await projectFindings(dir)).toEqual([]);
  });

  it('overwrites nothing: a folder with something in it is refused, and stays as it was', async () => {
    const dir = join(folder.path, 'taken');
    mkdirSync(dir);
    writeFileSync(join(dir, 'README.md'), 'mine');
    await expect(createProject({ dir, weir: '1.2.3' })).rejects.toThrow(
      `${dir}: expected a folder that is new or empty, found files in it; name another folder`,
    );
    expect(readdirSync(dir)).toEqual(['README.md']);
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toBe('mine');
  });

  it('may be made in a folder that is empty, and leaves nothing beside it', async () => {
    const dir = join(folder.path, 'empty', 'lake');
    mkdirSync(dir, { recursive: true });
    await createProject({ dir, weir: '1.2.3' });
    expect(readdirSync(dirname(dir))).toEqual(['lake']);
  });

  it('names Weir by its version where it is not installed from a tarball', () => {
    expect(ownSpecifier()).toBe(packageFacts().version);
  });
});
