import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../lib/package-root.ts';
import { apiUrl } from '../../support/served-weir.ts';
import { documentSection, shownCommands } from '../../support/shown-commands.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWeir } from '../../support/weir-process.ts';

it.each([
  ['docs/guide.md', 'Events over HTTP', 3],
  ['README.md', 'Send and ask over HTTP', 2],
])('what %s sends over HTTP is answered as it says', async (document, title, commands) => {
  const shown = shownCommands(documentSection(document, title));
  expect(shown).toHaveLength(commands);
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
