import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundled } from '../bundled.ts';
import { table } from '../printed.ts';
import { interleaved, type RoundResults } from '../rounds.ts';
import { eventFiles } from './events.ts';
import type { RoundResult } from './round.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODES = ['limit', 'drained', 'mixed'] as const;
type Mode = (typeof MODES)[number];

export interface SinkBenchOptions {
  readonly events: number;
  readonly rounds: number;
}

/** Measures the sink's handler against bare DuckDB in interleaved rounds, and prints the medians. */
export async function benchSink({ events, rounds }: SinkBenchOptions): Promise<void> {
  const cache = join(ROOT, '.cache/bench');
  process.stdout.write(`making ${events.toLocaleString('en')} events…\n`);
  const files = await eventFiles(cache, events);
  const script = bundled(join(ROOT, 'bench/sink/round.ts'), join(cache, 'round.mjs'));
  const results = await interleaved({
    modes: MODES,
    rounds,
    measure: (mode) => runRound(script, mode, files),
    line: ({ cpuSeconds }) => `${cpuSeconds.toFixed(2)} CPU s`,
  });
  process.stdout.write(`\n${report(results)}\n`);
}

async function runRound(script: string, mode: Mode, files: readonly string[]): Promise<RoundResult> {
  const dir = await mkdtemp(join(dirname(script), 'round-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, mode, dir, ...files], { cwd: ROOT });
    return JSON.parse(stdout);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const LABELS: Record<Mode, string> = {
  limit: 'bare DuckDB, one COPY a batch (the limit)',
  drained: 'sink, payloads of one kafka partition',
  mixed: 'sink, payloads of all four',
};

function report(results: RoundResults<Mode, RoundResult>): string {
  const perMillion = (result: RoundResult) => (result.cpuSeconds / result.events) * 1e6;
  const limit = results.median('limit', perMillion);
  const rows = MODES.map((mode) => {
    const of = (pick: (result: RoundResult) => number) => results.median(mode, pick);
    const cpu = of(perMillion);
    return [
      LABELS[mode],
      Math.round(of(({ events: count, wallSeconds }) => count / wallSeconds)).toLocaleString('en'),
      cpu.toFixed(2),
      (limit / cpu).toFixed(2),
      of(({ earlyPeakMegabytes }) => earlyPeakMegabytes).toFixed(0),
      of(({ peakMegabytes }) => peakMegabytes).toFixed(0),
      ...(['batches', 'objects', 'puts', 'otherStoreCalls', 'catalogueCalls'] as const).map((name) =>
        mode === 'limit' && name !== 'batches' && name !== 'objects' ? '' : String(of((result) => result[name])),
      ),
    ];
  });
  const head = [
    '',
    'events/s',
    'CPU s/million',
    'of the limit',
    'peak MB after a tenth',
    'peak MB',
    'batches',
    'objects',
    'PUTs',
    'other store calls',
    'catalogue calls',
  ];
  return table([head, ...rows]);
}
