import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporary-folder.ts';
import { runInstaller } from './install.ts';
import { commandOnPath, ServerMissingError, type Stoppable, type TestServer } from './requirement.ts';
import { selfSigned } from './self-signed.ts';
import { freePort, spawnServer } from './spawned-server.ts';

const PROGRAM = '/usr/bin/redis-server';
const CLIENT = '/usr/bin/redis-cli';
const run = promisify(execFile);

export interface RunningRedis extends Stoppable {
  readonly url: string;
  /** Kills it with SIGKILL; the next `start` begins with what it had written to disk. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Runs one command with redis-cli. */
  command(...args: readonly string[]): Promise<string>;
}

/** A Redis whose clients use TLS; `command` and `url` do not. */
export interface RunningTlsRedis extends RunningRedis {
  /** `host:port` */
  readonly endpoint: string;
  /** The certificate file that clients must trust. */
  readonly certificate: string;
}

export const redisServer: TestServer<RunningRedis> = { name: 'Redis 7', install, start: () => startRedis() };

export const tlsRedisServer: TestServer<RunningTlsRedis> = { name: 'Redis 7 with TLS', install, start: startTlsRedis };

async function startTlsRedis(): Promise<RunningTlsRedis> {
  const folder = await temporaryFolder();
  const { key, certificate } = await selfSigned(folder.path, '127.0.0.1');
  const port = String(await freePort());
  const redis = await startRedis({
    'tls-port': port,
    'tls-cert-file': certificate,
    'tls-key-file': key,
    'tls-ca-cert-file': certificate,
    // Clients have at most a password.
    'tls-auth-clients': 'no',
    // The cluster announces its nodes' addresses with the TLS port.
    'tls-cluster': 'yes',
  });
  const stop = async () => {
    await redis.stop();
    await folder.remove();
  };
  return { ...redis, endpoint: `127.0.0.1:${port}`, certificate, stop };
}

async function install(): Promise<void> {
  if (existsSync(PROGRAM)) return;
  if (process.getuid?.() !== 0) throw new ServerMissingError(`no ${PROGRAM}, and only root can install it`);
  try {
    await runInstaller(commandOnPath('apt-get'), ['install', '-y', '-qq', 'redis-server'], {
      DEBIAN_FRONTEND: 'noninteractive',
    });
  } catch (error) {
    throw new ServerMissingError(
      `redis-server could not be installed: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * An empty cluster of one node on a free port of 127.0.0.1 that persists every write: ElastiCache Serverless is always
 * a cluster. `stop` deletes everything.
 */
async function startRedis(more: Readonly<Record<string, string>> = {}): Promise<RunningRedis> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const command = async (...args: readonly string[]) => {
    const { stdout } = await run(CLIENT, ['-p', String(port), ...args]);
    return stdout.trim();
  };
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder.path,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'cluster-enabled': 'yes',
    'cluster-announce-ip': '127.0.0.1',
    'cluster-port': String(await freePort()),
    ...more,
  };
  const spawned = () =>
    spawnServer({
      name: 'Redis',
      command: PROGRAM,
      args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      answers: async () => {
        if ((await command('cluster', 'info')).includes('cluster_state:ok')) return;
        if ((await command('cluster', 'slots')) === '') await command('cluster', 'addslotsrange', '0', '16383');
        throw new Error('the cluster is not ready');
      },
      readyWithinMs: 20_000,
    });
  let server = await spawned();
  return {
    url: `redis://127.0.0.1:${port}`,
    command,
    kill: () => server.kill(),
    async restart() {
      server = await spawned();
    },
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
