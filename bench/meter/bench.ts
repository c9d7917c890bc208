import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPythonClients } from '../../test/support/servers/librdkafka.ts';
import { type RunningRedis, redisServer } from '../../test/support/servers/redis.ts';
import { bundled } from '../bundled.ts';
import { table } from '../printed.ts';
import { interleaved, type RoundResults } from '../rounds.ts';
import { eventFiles } from '../sink/events.ts';
import type { MeterRound } from './round.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODES = ['python', 'embedded', 'redis'] as const;
type Mode = (typeof MODES)[number];

interface MeasuredRound extends MeterRound {
  readonly serverCpuSeconds: number;
}

export interface MeterBenchOptions {
  readonly events: number;
  readonly rounds: number;
  /** Writes V8's profiles to `.cache/bench`. */
  readonly profile: boolean;
}

/**
 * Measures the meter's handler on payloads of 6 MB against a Python program that folds counters into Redis, in
 * interleaved rounds, each in a separate process, and prints the medians.
 */
export async function benchMeter({ events, rounds, profile }: MeterBenchOptions): Promise<void> {
  const cache = join(ROOT, '.cache/bench');
  process.stdout.write(`making ${events.toLocaleString('en')} events…\n`);
  const files = await eventFiles(cache, events);
  const python = await installPythonClients();
  await redisServer.install();
  const redis = await redisServer.start();
  try {
    const script = bundled(join(import.meta.dirname, 'round.ts'), join(cache, 'meter-round.mjs'));
    const node = [process.execPath, ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${cache}`] : []), script];
    const fold = join(import.meta.dirname, 'fold.py');
    const commandOf: Readonly<Record<Mode, (dir: string) => readonly string[]>> = {
      python: () => [python, fold, new URL(redis.url).port],
      embedded: (dir) => [...node, dir],
      redis: () => [...node, redis.url],
    };
    const results = await interleaved({
      modes: MODES,
      rounds,
      measure: (mode) => runRound(cache, redis, (dir) => [...commandOf[mode](dir), ...files]),
      line: ({ cpuSeconds }) => `${cpuSeconds.toFixed(2)} CPU s`,
    });
    process.stdout.write(`\n${report(results)}\n`);
  } finally {
    await redis.stop();
  }
}

async function runRound(
  cache: string,
  redis: RunningRedis,
  commandIn: (dir: string) => readonly string[],
): Promise<MeasuredRound> {
  await redis.command('flushall');
  const before = await serverCpuSeconds(redis);
  const dir = await mkdtemp(join(cache, 'meter-'));
  try {
    const [command = '', ...args] = commandIn(dir);
    const { stdout } = await promisify(execFile)(command, args, { cwd: ROOT });
    return { ...JSON.parse(stdout), serverCpuSeconds: (await serverCpuSeconds(redis)) - before };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function serverCpuSeconds(redis: RunningRedis): Promise<number> {
  const info = await redis.command('info', 'cpu');
  return ['used_cpu_user', 'used_cpu_sys'].reduce((sum, name) => {
    return sum + Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  }, 0);
}

const LABELS: Readonly<Record<Mode, string>> = {
  python: 'Python: orjson, folded by 10,000 into Redis; no validation, no guarantee',
  embedded: 'meter, a file in the data folder',
  redis: 'meter, Redis',
};

function report(results: RoundResults<Mode, MeasuredRound>): string {
  const rows = MODES.map((mode) => {
    const of = (pick: (result: MeasuredRound) => number) => results.median(mode, pick);
    const cpu = of(({ cpuSeconds, events }) => (cpuSeconds / events) * 1e6);
    const server = of(({ serverCpuSeconds: seconds, events }) => (seconds / events) * 1e6);
    return [
      LABELS[mode],
      cpu.toFixed(2),
      mode === 'embedded' ? '' : server.toFixed(2),
      Math.round(of(({ events, wallSeconds }) => events / wallSeconds)).toLocaleString('en'),
      of(({ peakMegabytes }) => peakMegabytes).toFixed(0),
      mode === 'python' ? '' : String(of(({ steps = 0 }) => steps)),
    ];
  });
  return table([['', 'CPU s/million', 'of the server', 'events/s', 'peak MB', 'steps'], ...rows]);
}
