import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, openConnection } from './client.ts';

/** Sends requests to a benchmark server, and measures both sides. */

export interface Load {
  readonly requestsPerCpuSecond: number;
  readonly perSecond: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** A server in a separate process, as set up by `serve`. */
export interface BenchServer {
  readonly port: number;
  usage(): Promise<{ readonly cpuSeconds: number; readonly peakMegabytes: number }>;
  stop(): Promise<void>;
}

/** The requests, and the expected status of each response. */
interface Requests {
  readonly requests: readonly Buffer[];
  readonly status: number;
}

interface ServerOptions {
  readonly script: string;
  /** The server's arguments, with a temporary folder of its own. */
  readonly args: (dir: string) => readonly string[];
  /** Temporary folders are made in it. */
  readonly cache: string;
}

/** Measures a server, which is then stopped. */
export async function withServer<Result>(
  { script, args, cache }: ServerOptions,
  measure: (server: BenchServer) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(cache, 'server-'));
  try {
    const server = await startServer(script, args(dir), cache);
    try {
      return await measure(server);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function startServer(script: string, args: readonly string[], cwd: string): Promise<BenchServer> {
  const child: ChildProcess = fork(script, args, { cwd });
  const ended = once(child, 'exit');
  const [{ port }] = await Promise.race([once(child, 'message'), ended.then(endedTooSoon)]);
  return {
    port,
    async usage() {
      child.send('usage');
      const [found] = await once(child, 'message');
      return found;
    },
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}

function endedTooSoon(): never {
  throw new Error('the server of the bench ended before it listened; its errors are above');
}

/** Sends the requests over several connections, each as soon as the previous one is answered. */
export async function load(
  server: BenchServer,
  { requests, status }: Requests,
  { connections }: { readonly connections: number },
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(server.port)));
  const before = await server.usage();
  const beganMs = performance.now();
  let next = 0;
  const send = async (connection: Connection) => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      assertStatus(status, await connection.send(request));
    }
  };
  await Promise.all(open.map(send));
  const seconds = (performance.now() - beganMs) / 1000;
  const { cpuSeconds } = await server.usage();
  for (const connection of open) connection.close();
  return {
    requestsPerCpuSecond: requests.length / (cpuSeconds - before.cpuSeconds),
    perSecond: requests.length / seconds,
  };
}

interface Pace {
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Sends at a fixed pace, regardless of responses, and measures from the moment when a request was due. */
export async function paced(
  { port }: BenchServer,
  { requests, status }: Requests,
  { connections, perSecond, seconds }: Pace,
): Promise<Latency> {
  const idle = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const latencies: number[] = [];
  const inFlight: Promise<void>[] = [];
  const beganMs = performance.now();
  for (const [index, request] of requests.slice(0, perSecond * seconds).entries()) {
    const dueMs = beganMs + (index * 1000) / perSecond;
    while (performance.now() < dueMs) await new Promise((resolve) => setTimeout(resolve, 1));
    const connection = idle.pop() ?? (await openConnection(port));
    inFlight.push(
      connection.send(request).then((found) => {
        assertStatus(status, found);
        latencies.push(performance.now() - dueMs);
        idle.push(connection);
      }),
    );
  }
  await Promise.all(inFlight);
  for (const connection of idle) connection.close();
  return percentiles(latencies);
}

export function percentiles(values: readonly number[]): Latency {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function assertStatus(expected: number, found: number): void {
  if (found !== expected) throw new Error(`expected status ${expected}, found ${found}`);
}
