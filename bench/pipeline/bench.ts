import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../../test/support/servers/kafka.ts';
import { installPythonClients } from '../../test/support/servers/librdkafka.ts';
import { bundled } from '../bundled.ts';
import { median, table } from '../printed.ts';
import { benchOrders } from '../sink/contract.ts';
import { eventFiles } from '../sink/events.ts';
import type { PipelineRound } from './round.ts';

const ROOT = join(import.meta.dirname, '../..');
const HERE = import.meta.dirname;
const MODES = ['python', 'lake', 'metrics'] as const;
type Mode = (typeof MODES)[number];

export interface PipelineBenchOptions {
  readonly events: number;
  readonly rounds: number;
  /** Writes V8's profile of each of Weir's rounds to `.cache/bench`. */
  readonly profile: boolean;
}

/**
 * Measures the whole path from a real Kafka to Parquet files against a plain consumer in Python, in interleaved rounds,
 * and prints the medians. Each round is a separate process that reads the whole topic.
 */
export async function benchPipeline({ events, rounds, profile }: PipelineBenchOptions): Promise<void> {
  const cache = join(ROOT, '.cache/bench');
  process.stdout.write(`making ${events.toLocaleString('en')} events…\n`);
  const files = await eventFiles(cache, events);
  const python = await installPythonClients();
  const script = bundled(join(HERE, 'round.ts'), join(cache, 'pipeline-round.mjs'));
  const kafka = await startKafka({ nodes: 1 });
  try {
    const brokers = kafka.brokers.join(',');
    await loadTopic(python, brokers, files);
    const profiled = profile ? ['--cpu-prof', `--cpu-prof-dir=${cache}`] : [];
    const weir = (mode: Mode) => [process.execPath, ...profiled, script, brokers, TOPIC, mode] as const;
    const commands: Readonly<Record<Mode, readonly [string, ...string[]]>> = {
      python: [python, join(HERE, 'consumer.py'), brokers, TOPIC, String(events)],
      lake: weir('lake'),
      metrics: weir('metrics'),
    };
    const results: Record<Mode, PipelineRound[]> = { python: [], lake: [], metrics: [] };
    for (let round = 1; round <= rounds; round++) {
      for (const mode of MODES) {
        const result = await runRound(commands[mode], cache);
        results[mode].push(result);
        const { cpuSeconds, wallSeconds } = result;
        const cost = `${cpuSeconds.toFixed(2)} CPU s, ${wallSeconds.toFixed(1)} s`;
        process.stdout.write(`round ${round} of ${rounds}, ${mode}: ${result.events} events, ${cost}\n`);
      }
    }
    process.stdout.write(`\n${report(results)}\n`);
  } finally {
    await kafka.stop();
  }
}

const TOPIC = 'bench';

async function loadTopic(python: string, brokers: string, files: readonly string[]): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: benchOrders.kafkaPartitions, configEntries }] });
  await admin.disconnect();
  await promisify(execFile)(python, [join(HERE, 'load.py'), brokers, TOPIC, ...files]);
}

async function runRound([command, ...args]: readonly [string, ...string[]], cache: string): Promise<PipelineRound> {
  const dir = await mkdtemp(join(cache, 'pipeline-'));
  try {
    const { stdout } = await promisify(execFile)(command, [...args, dir], { cwd: ROOT });
    return JSON.parse(stdout);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const LABELS: Readonly<Record<Mode, string>> = {
  python: 'Python: librdkafka, orjson, pyarrow; no validation, at least once',
  lake: 'Weir: weir start, exactly once',
  metrics: 'Weir, with three live metrics counted beside it',
};

function report(results: Readonly<Record<Mode, readonly PipelineRound[]>>): string {
  const of = (mode: Mode, pick: (result: PipelineRound) => number) => median(results[mode].map(pick));
  const perMillion = (mode: Mode) => of(mode, ({ cpuSeconds, events }) => (cpuSeconds / events) * 1e6);
  const rows = MODES.map((mode) => [
    LABELS[mode],
    perMillion(mode).toFixed(2),
    (perMillion(mode) / perMillion('python')).toFixed(2),
    of(mode, ({ wallSeconds }) => wallSeconds).toFixed(1),
    of(mode, ({ peakMegabytes }) => peakMegabytes).toFixed(0),
    of(mode, ({ objects }) => objects).toFixed(0),
  ]);
  return table([['', 'CPU s/million', 'of Python’s', 'wall s', 'peak MB', 'objects'], ...rows]);
}
