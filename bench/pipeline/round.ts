import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { openPipelineLog } from '../../lib/local/event-log.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { startPipeline } from '../../lib/local/pipeline.ts';
import { readSettings } from '../../lib/settings.ts';
import { benchOrders } from '../sink/contract.ts';

/** Measurements of a whole process, from start to end. */
export interface PipelineRound {
  readonly events: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
  readonly objects: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Weir's whole pipeline from a Kafka to the lake in this process: the work of `weir start --once`, without the models.
 * Live metrics are counted by a second reader of the topic, which the plain consumer has no equivalent of, so they are
 * measured separately.
 */
async function round([brokers = '', topic = '', mode, dir = '']: readonly string[]): Promise<PipelineRound> {
  const contract = mode === 'metrics' ? benchOrders : { ...benchOrders, metrics: {} };
  const settings = readSettings({
    WEIR_BROKERS: brokers,
    WEIR_TOPICS: `${benchOrders.name}=${topic}`,
    WEIR_DATA_DIR: dir,
  });
  const folder = dataFolder(dir);
  const warn = (line: string) => process.stderr.write(`${line}\n`);
  const log = await openPipelineLog({ folder, settings, clock: systemClock, warn });
  const notify = ({ what, message }: { readonly what: string; readonly message: string }) =>
    warn(`${what}: ${message}`);
  const project = { contracts: [contract], generators: [], refinements: [], modelsDir: dir };
  const pipeline = await startPipeline({
    ...project,
    folder,
    settings,
    log,
    clock: systemClock,
    generate: false,
    notify,
    warn,
  });
  await pipeline.drain();
  const [status] = await pipeline.status();
  await pipeline.stop(2500);
  await log.close();
  const { user, system } = process.cpuUsage();
  return {
    events: status?.rows ?? 0,
    cpuSeconds: (user + system) / 1e6,
    wallSeconds: performance.now() / 1000,
    peakMegabytes: (process.resourceUsage().maxRSS * 1024) / MEBIBYTE,
    objects: existsSync(folder.lake)
      ? (await readdir(folder.lake, { recursive: true })).filter((name) => name.endsWith('.parquet')).length
      : 0,
  };
}

process.stdout.write(`${JSON.stringify(await round(process.argv.slice(2)))}\n`);
process.exit();
