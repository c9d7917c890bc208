import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from '../bundled.ts';
import { median, table } from '../printed.ts';
import { benchOrders } from '../sink/contract.ts';
import { eventFiles } from '../sink/events.ts';
import { type Connection, openConnection, postRequest } from './client.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODES = ['bare', 'weir'] as const;
type Mode = (typeof MODES)[number];

const EVENTS = 100_000;
const BATCH = 500;
const PATH = `/events/${benchOrders.name}`;
const BATCH_CONNECTIONS = 4;
const SINGLE_CONNECTIONS = 64;
const SINGLES = 40_000;
const PACE_PER_SECOND = 500;
const PACED_SECONDS = 10;

interface Load {
  readonly eventsPerCpuSecond: number;
  readonly perSecond: number;
}

interface Round {
  readonly batches: Load;
  readonly singles: Load;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly peakMegabytes: number;
}

/**
 * Measures `POST /events/{stream}` on the embedded log beside a bare handler that appends to a file, in interleaved rounds,
 * each server a process of its own, and prints the medians. The client runs on this machine, too.
 */
export async function benchIngest({ rounds }: { readonly rounds: number }): Promise<void> {
  const cache = join(ROOT, '.cache/bench');
  const files = await eventFiles(cache, EVENTS);
  const lines = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('').trimEnd().split('\n');
  const requests = requestsOf(lines);
  const script = bundled(join(import.meta.dirname, 'server.ts'), join(cache, 'ingest-server.mjs'));
  const results: Record<Mode, Round[]> = { bare: [], weir: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const mode of MODES) {
      const result = await measured({ mode, script, cache, requests });
      results[mode].push(result);
      process.stdout.write(`round ${round} of ${rounds}, ${mode}: p99 ${result.latencyMs.p99.toFixed(1)} ms\n`);
    }
  }
  process.stdout.write(`\n${report(results)}\n`);
}

interface Requests {
  readonly batches: readonly Buffer[];
  readonly singles: readonly Buffer[];
}

function requestsOf(lines: readonly string[]): Requests {
  const batches = Array.from({ length: Math.floor(lines.length / BATCH) }, (_, index) => {
    const body = lines.slice(index * BATCH, (index + 1) * BATCH).join('\n');
    return postRequest(PATH, 'application/x-ndjson', Buffer.from(body));
  });
  const singles = lines.slice(0, SINGLES).map((line) => postRequest(PATH, 'application/json', Buffer.from(line)));
  return { batches, singles };
}

interface MeasuredServer {
  readonly mode: Mode;
  readonly script: string;
  readonly cache: string;
  readonly requests: Requests;
}

async function measured({ mode, script, cache, requests }: MeasuredServer): Promise<Round> {
  const dir = await mkdtemp(join(cache, 'ingest-'));
  const server = fork(script, [mode, dir], { cwd: ROOT });
  try {
    const [{ port }] = await once(server, 'message');
    // The first requests are those of a compiler that warms up.
    await load(server, port, requests.batches.slice(0, 40), BATCH_CONNECTIONS);
    await load(server, port, requests.singles.slice(0, 4000), SINGLE_CONNECTIONS);
    const batches = await load(server, port, requests.batches, BATCH_CONNECTIONS);
    const singles = await load(server, port, requests.singles, SINGLE_CONNECTIONS);
    const latencyMs = await paced(port, requests.singles);
    return {
      batches: eachOf(batches, BATCH),
      singles,
      latencyMs,
      peakMegabytes: (await usage(server)).peakMegabytes,
    };
  } finally {
    server.disconnect();
    await once(server, 'exit');
    await rm(dir, { recursive: true, force: true });
  }
}

const eachOf = ({ eventsPerCpuSecond, perSecond }: Load, events: number): Load => ({
  eventsPerCpuSecond: eventsPerCpuSecond * events,
  perSecond: perSecond * events,
});

/** Sends the requests over some connections, each as soon as the one before it is answered. */
async function load(
  server: ChildProcess,
  port: number,
  requests: readonly Buffer[],
  connections: number,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const before = await usage(server);
  const beganMs = performance.now();
  let next = 0;
  const send = async (connection: Connection) => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      accepted(await connection.send(request));
    }
  };
  await Promise.all(open.map(send));
  const seconds = (performance.now() - beganMs) / 1000;
  const { cpuSeconds } = await usage(server);
  for (const connection of open) connection.close();
  return {
    eventsPerCpuSecond: requests.length / (cpuSeconds - before.cpuSeconds),
    perSecond: requests.length / seconds,
  };
}

/** Sends at a fixed pace, whether answers have come or not, and measures from the moment when a request was due. */
async function paced(port: number, requests: readonly Buffer[]): Promise<Round['latencyMs']> {
  const idle = await Promise.all(Array.from({ length: SINGLE_CONNECTIONS }, () => openConnection(port)));
  const latencies: number[] = [];
  const inFlight: Promise<void>[] = [];
  const beganMs = performance.now();
  for (const [index, request] of requests.slice(0, PACE_PER_SECOND * PACED_SECONDS).entries()) {
    const dueMs = beganMs + (index * 1000) / PACE_PER_SECOND;
    while (performance.now() < dueMs) await new Promise((resolve) => setTimeout(resolve, 1));
    const connection = idle.pop() ?? (await openConnection(port));
    inFlight.push(
      connection.send(request).then((status) => {
        accepted(status);
        latencies.push(performance.now() - dueMs);
        idle.push(connection);
      }),
    );
  }
  await Promise.all(inFlight);
  for (const connection of idle) connection.close();
  const sorted = latencies.sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function accepted(status: number): void {
  if (status !== 202) throw new Error(`expected status 202, found ${status}`);
}

async function usage(server: ChildProcess): Promise<{ readonly cpuSeconds: number; readonly peakMegabytes: number }> {
  server.send('usage');
  const [found] = await once(server, 'message');
  return found;
}

const LABELS: Readonly<Record<Mode, string>> = {
  bare: 'bare hono handler: JSON.parse, append to a file; not validated, not durable',
  weir: 'weir: validated, masked, keyed, durable, each event answered',
};

function report(results: Readonly<Record<Mode, readonly Round[]>>): string {
  const rows = MODES.map((mode) => {
    const of = (pick: (round: Round) => number) => median(results[mode].map(pick));
    const whole = (pick: (round: Round) => number) => Math.round(of(pick)).toLocaleString('en');
    return [
      LABELS[mode],
      whole(({ batches }) => batches.eventsPerCpuSecond),
      whole(({ batches }) => batches.perSecond),
      whole(({ singles }) => singles.eventsPerCpuSecond),
      whole(({ singles }) => singles.perSecond),
      of(({ latencyMs }) => latencyMs.p50).toFixed(1),
      of(({ latencyMs }) => latencyMs.p99).toFixed(1),
      of(({ peakMegabytes }) => peakMegabytes).toFixed(0),
    ];
  });
  const head = [
    '',
    `by ${BATCH}: events/CPU s`,
    'events/s',
    'single: requests/CPU s',
    'requests/s',
    `p50 ms at ${PACE_PER_SECOND}/s`,
    'p99 ms',
    'peak MB',
  ];
  return table([head, ...rows]);
}
