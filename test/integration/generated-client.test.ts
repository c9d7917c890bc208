import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { servedWeir } from '../support/served-weir.ts';
import { clientGenerator } from '../support/servers/openapi-client.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

await describeWithServer(clientGenerator, (generator) => {
  it('a client on generated types compiles and works, and one that asks for what is not there does not compile', async () => {
    const weir = await servedWeir();
    try {
      const folder = join(weir.folder, 'client');
      await mkdir(folder);
      await generator().generate(new URL('/openapi.json', weir.url).href, folder);
      expect(await generator().typeErrors(folder)).toBe('');
      expect(JSON.parse(await runScript(join(folder, 'client.ts'), weir.url))).toEqual({
        topic: 'shop.purchases',
        status: 400,
        refused: [1, 'rule', 'amount'],
        counted: 2,
        window: { count: 2, sum_amount: 140 },
        wrong: 'invalid_parameter',
      });
      const source = await readFile(join(folder, 'client.ts'), 'utf8');
      await writeFile(join(folder, 'client.ts'), source.replace("country: 'Italy'", "land: 'Italy'"));
      expect(await generator().typeErrors(folder)).toContain("'land' does not exist");
    } finally {
      await weir.stop();
    }
  }, 240_000);
});

async function runScript(script: string, ...args: readonly string[]): Promise<string> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return (await promisify(execFile)(process.execPath, ['--import', tsx, script, ...args])).stdout;
}
