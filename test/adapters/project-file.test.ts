import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findProjectFile, loadProject } from '../../lib/adapters/project-file.ts';
import { writeReleased } from '../../lib/adapters/released-contracts.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = await temporaryFolder();
afterAll(() => folder.remove());

let made = 0;
function projectWith(config: string): string {
  made += 1;
  const dir = join(folder.path, `p${made}`);
  mkdirSync(join(dir, 'deep', 'inside'), { recursive: true });
  writeFileSync(join(dir, 'weir.config.ts'), config);
  return dir;
}
const engine = pathToFileURL(join(import.meta.dirname, '../../lib/project.ts')).href;
const contracts = pathToFileURL(join(import.meta.dirname, '../../lib/contracts/contract.ts')).href;
const declared = `
  import { project } from '${engine}';
  import { contract, string, timestamp } from '${contracts}';
  const fields = { id: string('Id.'), at: timestamp('When.') };
  const orders = contract({
    name: 'orders', version: 1, description: 'Orders.', owner: 'us', key: 'id', eventTime: 'at', identity: 'id', fields,
  });
  export default project({ streams: [orders], models: 'models' });`;

describe('weir.config.ts', () => {
  it('is found in the folder, or above it', () => {
    const dir = projectWith(declared);
    expect(findProjectFile(dir)).toBe(join(dir, 'weir.config.ts'));
    expect(findProjectFile(join(dir, 'deep', 'inside'))).toBe(join(dir, 'weir.config.ts'));
  });

  it('is a project whose fields have the numbers that they were released under', async () => {
    const dir = projectWith(declared);
    const [fresh] = (await loadProject(dir)).contracts;
    expect(fresh).not.toHaveProperty('fieldIds');
    const fieldIds = { 'id string': 4, 'at timestamp': 9 };
    writeReleased(join(dir, 'contracts', 'released'), { ...(fresh as Contract), fieldIds });
    expect((await loadProject(dir)).contracts).toMatchObject([{ name: 'orders', fieldIds }]);
  });

  it('is missed in one line that says where it was looked for', () => {
    expect(() => findProjectFile(folder.path)).toThrow(
      `expected weir.config.ts in ${folder.path} or a folder above it, found none; go to your project, or name it with --project`,
    );
  });

  it('is a project, with its folders where the file is; the folder names it too', async () => {
    const dir = projectWith(declared);
    const found = await loadProject(dir);
    expect(found.contracts.map(({ name }) => name)).toEqual(['orders']);
    expect(found).toMatchObject({ configFile: join(dir, 'weir.config.ts'), modelsDir: join(dir, 'models') });
    expect((await loadProject(join(dir, 'weir.config.ts'))).configFile).toBe(found.configFile);
  });

  it.each([
    ['that does not compile', 'export default project({{', /weir\.config\.ts: .+/],
    ['that throws', "throw new Error('no\\n luck')", /weir\.config\.ts: no luck$/],
    ['that declares no stream', declared.replace('[orders]', '[]'), /weir\.config\.ts: streams: expected at least one/],
    ['that exports something else', 'export default 7', /weir\.config\.ts: expected export default project\(/],
    ['that exports nothing', 'export const streams = []', /weir\.config\.ts: expected export default project\(/],
  ])('%s is refused in one line', async (_, config, message) => {
    const dir = projectWith(config);
    const error = await loadProject(dir).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ProjectError', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });

  it('that is named and missing is refused in one line', async () => {
    const path = join(folder.path, 'nowhere');
    await expect(loadProject(path)).rejects.toThrow(
      `--project: expected a weir.config.ts or its folder, found nothing at ${path}`,
    );
  });
});
