import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stoppable } from './requirement.ts';

interface ServerProcess {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Resolves once the server responds, rejects until then. */
  answers(): Promise<unknown>;
  readonly readyWithinMs: number;
}

const KEPT_OUTPUT_CHARACTERS = 4_000;
const STOP_WITHIN_MS = 5_000;
const ASK_AGAIN_AFTER_MS = 50;

export interface SpawnedServer extends Stoppable {
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
}

/**
 * Starts a server as a child process and waits until it responds; stops it by its process id, also when this process
 * exits.
 * @throws with the end of its output if it exits, or does not respond in time.
 */
export async function spawnServer(server: ServerProcess): Promise<SpawnedServer> {
  const child = spawn(server.command, server.args, {
    env: { ...process.env, ...server.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(String(error))));
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    process.removeListener('exit', killNow);
    if (!isRunning()) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const impatient = setTimeout(killNow, STOP_WITHIN_MS);
    await exited;
    clearTimeout(impatient);
  };
  const stop = () => end('SIGTERM');

  const deadline = Date.now() + server.readyWithinMs;
  while (isRunning() && Date.now() < deadline) {
    const isReady = await server.answers().then(
      () => true,
      () => false,
    );
    if (isReady) return { stop, kill: () => end('SIGKILL') };
    await sleep(ASK_AGAIN_AFTER_MS);
  }
  const ended = isRunning() ? `did not answer within ${server.readyWithinMs} ms` : 'ended before it answered';
  await stop();
  throw new Error(`${server.name} ${ended}; its last words:\n${output}`);
}

const handedOut = new Set<number>();

/**
 * A free port of 127.0.0.1 that this process has not received before: the system may offer a port again until a server
 * listens on it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await unusedPort();
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port on 127.0.0.1, found none');
  return address.port;
}
