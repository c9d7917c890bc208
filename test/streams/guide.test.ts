import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { shownCommands } from '../support/readme-stream.ts';
import { apiUrl } from '../support/served-weir.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir } from '../support/weir-process.ts';

it('what the guide sends over HTTP is answered as the guide says', async () => {
  const guide = readFileSync(join(packageRoot, 'docs/guide.md'), 'utf8');
  const section = guide.split('\n## ').find((text) => text.startsWith('Events over HTTP\n')) ?? '';
  const [, session = ''] = /```\n(\$ [\s\S]*?)```/.exec(section) ?? [];
  const shown = shownCommands(session);
  expect(shown).toHaveLength(3);
  const folder = await temporaryFolder();
  const weir = startWeir(['start', '--no-generate', '--port', '0', '--data-dir', folder.path], {}, packageRoot);
  try {
    const { host } = new URL(await apiUrl(weir, folder.path));
    for (const { command, output } of shown) {
      const script = command.replaceAll('localhost:8470', host);
      const run = async () => (await promisify(execFile)('sh', ['-c', script])).stdout.trim();
      // Sent once; what was counted of it is asked until it is there.
      if (command.includes('/events/')) expect(await run()).toBe(output);
      else await expect.poll(run, { timeout: 20_000 }).toBe(output);
    }
  } finally {
    weir.kill('SIGTERM');
    await weir.ended;
    await folder.remove();
  }
});
