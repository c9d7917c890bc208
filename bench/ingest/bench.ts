import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from '../bundled.ts';
import { postRequest } from '../http/client.ts';
import { type BenchServer, type Latency, type Load, load, paced, withServer } from '../http/load.ts';
import { table } from '../printed.ts';
import { interleaved, type RoundResults } from '../rounds.ts';
import { benchOrders } from '../sink/contract.ts';
import { eventFiles } from '../sink/events.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODES = ['bare', 'weir'] as const;
type Mode = (typeof MODES)[number];

const EVENTS = 100_000;
const BATCH = 500;
const PATH = `/events/${benchOrders.name}`;
const BATCH_CONNECTIONS = 4;
const SINGLE_CONNECTIONS = 64;
const SINGLES = 40_000;
const PACE = { perSecond: 500, seconds: 10 };

interface Round {
  readonly batches: Load;
  readonly singles: Load;
  readonly latencyMs: Latency;
  readonly peakMegabytes: number;
}

/**
 * Measures `POST /events/{stream}` on the embedded log against a bare handler that appends to a file, in interleaved
 * rounds, each server in a separate process, and prints the medians. The client also runs on this machine.
 */
export async function benchIngest({ rounds }: { readonly rounds: number }): Promise<void> {
  const cache = join(ROOT, '.cache/bench');
  const files = await eventFiles(cache, EVENTS);
  const lines = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('').trimEnd().split('\n');
  const requests = requestsOf(lines);
  const script = bundled(join(import.meta.dirname, 'server.ts'), join(cache, 'ingest-server.mjs'));
  const results = await interleaved({
    modes: MODES,
    rounds,
    measure: (mode) =>
      withServer({ script, cache, args: (dir) => [mode, dir] }, (server) => measured(server, requests)),
    line: ({ latencyMs }) => `p99 ${latencyMs.p99.toFixed(1)} ms`,
  });
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

async function measured(server: BenchServer, requests: Requests): Promise<Round> {
  const taken = (some: readonly Buffer[]) => ({ requests: some, status: 202 });
  const [batchConnections, connections] = [{ connections: BATCH_CONNECTIONS }, { connections: SINGLE_CONNECTIONS }];
  // The first requests warm up the compiler.
  await load(server, taken(requests.batches.slice(0, 40)), batchConnections);
  await load(server, taken(requests.singles.slice(0, 4000)), connections);
  return {
    batches: await load(server, taken(requests.batches), batchConnections),
    singles: await load(server, taken(requests.singles), connections),
    latencyMs: await paced(server, taken(requests.singles), { ...connections, ...PACE }),
    peakMegabytes: (await server.usage()).peakMegabytes,
  };
}

const LABELS: Readonly<Record<Mode, string>> = {
  bare: 'bare hono handler: JSON.parse, append to a file; not validated, not durable',
  weir: 'weir: validated, masked, keyed, durable, each event answered',
};

function report(results: RoundResults<Mode, Round>): string {
  const rows = MODES.map((mode) => {
    const of = (pick: (round: Round) => number) => results.median(mode, pick);
    const whole = (pick: (round: Round) => number) => Math.round(of(pick)).toLocaleString('en');
    return [
      LABELS[mode],
      whole(({ batches }) => batches.requestsPerCpuSecond * BATCH),
      whole(({ batches }) => batches.perSecond * BATCH),
      whole(({ singles }) => singles.requestsPerCpuSecond),
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
    `p50 ms at ${PACE.perSecond}/s`,
    'p99 ms',
    'peak MB',
  ];
  return table([head, ...rows]);
}
