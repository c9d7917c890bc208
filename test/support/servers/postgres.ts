import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { temporaryFolder } from '../temporary-folder.ts';
import { runInstaller } from './install.ts';
import { commandOnPath, ServerMissingError, type Stoppable, type TestServer } from './requirement.ts';
import { freePort, spawnServer } from './spawned-server.ts';

/** The version in Debian whose SQL is closest to Redshift's. */
const VERSION = 15;
const PROGRAMS = `/usr/lib/postgresql/${VERSION}/bin`;
const USER = 'postgres';
const run = promisify(execFile);

export interface RunningPostgres extends Stoppable {
  readonly url: string;
}

export const postgresServer: TestServer<RunningPostgres> = {
  name: `PostgreSQL ${VERSION}`,
  install,
  start: startPostgres,
};

async function install(): Promise<void> {
  if (existsSync(join(PROGRAMS, 'initdb'))) return;
  if (process.getuid?.() !== 0) throw new ServerMissingError(`no ${PROGRAMS}/initdb, and only root can install it`);
  try {
    await runInstaller(commandOnPath('apt-get'), ['install', '-y', '-qq', 'postgresql'], {
      DEBIAN_FRONTEND: 'noninteractive',
    });
  } catch (error) {
    throw new ServerMissingError(
      `postgresql could not be installed: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (!existsSync(join(PROGRAMS, 'initdb'))) throw new ServerMissingError(`the installed postgresql is not ${VERSION}`);
}

/** An empty PostgreSQL on a free port of 127.0.0.1, without passwords, in a temporary folder that `stop` deletes. */
async function startPostgres(): Promise<RunningPostgres> {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  await mkdir(data, { mode: 0o700 });
  const asRoot = process.getuid?.() === 0;
  // PostgreSQL refuses to run as root.
  if (asRoot) await run('chown', ['-R', USER, folder.path]);
  const as = asRoot ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups'] : [];
  const command = (program: string, args: readonly string[]) => {
    const [first = '', ...rest] = [...as, join(PROGRAMS, program), ...args];
    return { command: first, args: rest };
  };
  const initdb = command('initdb', ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
  await run(initdb.command, initdb.args, { cwd: folder.path });
  const port = await freePort();
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
  const options = ['-h', '127.0.0.1', '-p', String(port), '-k', folder.path, '-c', 'fsync=off', '-c', 'timezone=UTC'];
  const server = await spawnServer({
    name: 'PostgreSQL',
    ...command('postgres', ['-D', data, ...options]),
    answers: () => answers(url),
    readyWithinMs: 20_000,
  });
  return {
    url,
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}

async function answers(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}
