import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { redisServer } from '../../test/support/servers/redis.ts';
import { bundled } from '../bundled.ts';
import { getRequest } from '../http/client.ts';
import { type BenchServer, type Latency, type Load, load, paced, withServer } from '../http/load.ts';
import { table } from '../printed.ts';
import { interleaved, type RoundResults } from '../rounds.ts';
import { eventFiles } from '../sink/events.ts';
import { freshness } from './freshness.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODES = ['bare', 'embedded', 'redis'] as const;
type Mode = (typeof MODES)[number];

/** Two hundred seconds of orders: four minute windows with five countries each. */
const EVENTS = 200_000;
const FIGURE = '/metrics/orders';
const PAGE = '/metrics/order_windows';
const REQUESTS = 5_000;
const CONNECTIONS = { connections: 16 };
/** The rate of two hundred screens that poll every two seconds. */
const PACE = { ...CONNECTIONS, perSecond: 100, seconds: 10 };

interface Round {
  readonly figure: Load;
  readonly page: Load;
  /** The load of polling clients that already have the newest answer; a bare handler has no such responses. */
  readonly unchanged: Load | null;
  readonly latencyMs: Latency;
  readonly peakMegabytes: number;
}

/**
 * Measures `GET /metrics/…` on both stores against a bare handler that reads counters from Redis, in interleaved
 * rounds, each server in a separate process, and prints the medians; then how long `weir start` takes from accepting an
 * event to its figure. The client also runs on this machine.
 */
export async function benchApi({ rounds }: { readonly rounds: number }): Promise<void> {
  const cache = join(ROOT, '.cache/bench');
  const files = await eventFiles(cache, EVENTS);
  const script = bundled(join(import.meta.dirname, 'server.ts'), join(cache, 'api-server.mjs'));
  await redisServer.install();
  const redis = await redisServer.start();
  try {
    const results = await interleaved({
      modes: MODES,
      rounds,
      measure: async (mode) => {
        await redis.command('flushall');
        const args = (dir: string) => [mode, mode === 'embedded' ? dir : redis.url, ...files];
        return withServer({ script, cache, args }, measured);
      },
      line: ({ latencyMs }) => `p99 ${latencyMs.p99.toFixed(1)} ms`,
    });
    process.stdout.write(`\n${report(results)}\n`);
  } finally {
    await redis.stop();
  }
  const { p50, p99 } = await freshness();
  process.stdout.write(
    `\nweir start, default settings, from the answer to POST until GET has the figure: p50 ${p50.toFixed(0)} ms, ` +
      `p99 ${p99.toFixed(0)} ms\n`,
  );
}

async function measured(server: BenchServer): Promise<Round> {
  const tag = await etagOf(server, PAGE);
  const asked = (path: string, headers = '') => Array<Buffer>(REQUESTS).fill(getRequest(path, headers));
  const figure = { requests: asked(FIGURE), status: 200 };
  const page = { requests: asked(PAGE), status: 200 };
  const polls = tag === undefined ? undefined : { requests: asked(PAGE, `if-none-match: ${tag}\r\n`), status: 304 };
  // The first requests warm up the compiler.
  for (const one of [figure, page]) await load(server, { ...one, requests: one.requests.slice(0, 1_000) }, CONNECTIONS);
  return {
    figure: await load(server, figure, CONNECTIONS),
    page: await load(server, page, CONNECTIONS),
    unchanged: polls === undefined ? null : await load(server, polls, CONNECTIONS),
    latencyMs: await paced(server, figure, PACE),
    peakMegabytes: (await server.usage()).peakMegabytes,
  };
}

async function etagOf({ port }: BenchServer, path: string): Promise<string | undefined> {
  const asking = request({ host: '127.0.0.1', port, path });
  asking.end();
  const [answer] = await once(asking, 'response');
  answer.resume();
  return answer.headers.etag;
}

const LABELS: Readonly<Record<Mode, string>> = {
  bare: 'bare hono handler: counters in Redis; all windows at once, no groups of their own, not exactly once',
  embedded: 'weir, a file in the data folder',
  redis: 'weir, Redis',
};

function report(results: RoundResults<Mode, Round>): string {
  const rows = MODES.map((mode) => {
    const of = (pick: (round: Round) => number) => results.median(mode, pick);
    const whole = (pick: (round: Round) => number) => Math.round(of(pick)).toLocaleString('en');
    return [
      LABELS[mode],
      whole(({ figure }) => figure.requestsPerCpuSecond),
      whole(({ page }) => page.requestsPerCpuSecond),
      mode === 'bare' ? '' : whole(({ unchanged }) => unchanged?.requestsPerCpuSecond ?? Number.NaN),
      of(({ latencyMs }) => latencyMs.p50).toFixed(1),
      of(({ latencyMs }) => latencyMs.p99).toFixed(1),
      of(({ peakMegabytes }) => peakMegabytes).toFixed(0),
    ];
  });
  const head = [
    'requests/CPU s',
    'one figure',
    '20 windows',
    'unchanged (304)',
    `p50 ms at ${PACE.perSecond}/s`,
    'p99 ms',
    'peak MB',
  ];
  return table([head, ...rows]);
}
