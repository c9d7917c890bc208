import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GlueClient } from '@aws-sdk/client-glue';
import { clientDefaults } from '../../../lib/adapters/aws/client-defaults.ts';
import { installed, runInstaller } from './install.ts';
import { commandOnPath, type Stoppable, type TestServer } from './requirement.ts';
import { freePort, spawnServer } from './spawned-server.ts';

/**
 * moto and sqlfluff with pinned versions of all their dependencies. Never use moto for S3 under concurrency: it lets
 * two writers succeed.
 */
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };

interface RunningGlue extends Stoppable {
  readonly endpoint: string;
  /** A new client; the caller destroys it. */
  client(): GlueClient;
}

export const glueServer: TestServer<RunningGlue> = { name: 'moto (Glue)', install: installMoto, start: startGlue };

/** The folder of a Python environment with moto, its dependency cfn-lint, and sqlfluff. */
export async function installMoto(): Promise<string> {
  const edition = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  return installed(`moto-${edition}`, async (folder) => {
    await runInstaller(commandOnPath('python3'), ['-m', 'venv', folder]);
    await runInstaller(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS]);
  });
}

/** An empty Glue catalogue on a free port of 127.0.0.1. */
async function startGlue(): Promise<RunningGlue> {
  // Run as a module, because the installed script contains the folder's name from before it was moved into the cache.
  const command = join(await installMoto(), 'bin', 'python');
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await spawnServer({
    name: 'moto',
    command,
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    answers: () => fetch(`${endpoint}/moto-api/`),
    readyWithinMs: 60_000,
  });
  return {
    endpoint,
    client: () => new GlueClient({ ...clientDefaults, endpoint, credentials, region: 'us-east-1' }),
    stop: server.stop,
  };
}
