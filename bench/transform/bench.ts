import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, WAREHOUSE_FILE } from '../../lib/local/folder/data-folder.ts';
import { lakehouse } from '../../test/support/lakehouse.ts';
import { copyHistory, growth } from './copied-history.ts';
import { copiedHours, type House } from './copied-hours.ts';
import { type Cost, KINDS, measuredRun, medianOf } from './measured-run.ts';
import { statementTimes } from './statement-times.ts';

const ROUNDS = 7;
/** Hours that are run individually before history is copied. */
const RUN_HOURS = 20;

export interface TransformBenchOptions {
  /** Rows per hour, in all tables of the lake together. */
  readonly rows: number;
  readonly history: number;
  readonly largeRows: number;
  /** Whether to also report which statements take longer after the longest history than after the shortest. */
  readonly profile: boolean;
}

/**
 * Measures the cost of an hour's run: an hour of `largeRows` rows in an empty warehouse; then an hour of `rows` rows
 * after 1, 10, 100, … hours of history with as many rows each, by the way in which models are maintained.
 */
export async function benchTransform(options: TransformBenchOptions): Promise<void> {
  await inFolder((house) => largeHour(house, options.largeRows));
  await inFolder((house) => curve(house, options));
}

async function inFolder(work: (house: House) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  const house = await lakehouse(dir);
  try {
    await work(house);
  } finally {
    await house.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function largeHour(house: House, rows: number): Promise<void> {
  const hours = await copiedHours(house, rows);
  const { wallMs, cpuMs } = (await measuredRun(house, await hours.write(1))).all;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(
    `an hour of ${hours.rows} rows through all models: ${seconds(wallMs)} s, ${seconds(cpuMs)} s of processor time, ` +
      `peak ${peakMb.toFixed(0)} MB\n\n`,
  );
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);

async function curve(house: House, { rows, history, profile }: TransformBenchOptions): Promise<void> {
  const hours = await copiedHours(house, rows);
  const warehouses = await warehousesByHistory(house, hours, history);
  const costs = new Map([...warehouses.keys()].map((length) => [length, [] as Cost[]]));
  const statements = statementTimes();
  // Each round covers all histories, so that other load on the machine affects all of them; the first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [length, file] of warehouses) {
      const hour = await hours.write(length + 1 + round);
      const onStatement = (name: string, wallMs: number) => round > 0 && statements.took(length, name, wallMs);
      const cost = await measuredRun(await lakehouse(house.dir, { file, onStatement }), hour);
      if (round > 0) costs.get(length)?.push(cost);
    }
  }
  const medians = new Map([...costs].map(([length, ofLength]) => [length, medianOf(ofLength)]));
  const [first] = medians.values();
  if (first === undefined) return;
  for (const unit of ['cpuMs', 'wallMs'] as const) {
    const name = unit === 'cpuMs' ? 'processor time' : 'time';
    process.stdout.write(`${name} of an hour of ${hours.rows} rows in ms (times the first), median of ${ROUNDS}\n`);
    process.stdout.write(`${['history', ...KINDS, 'close', 'all'].map((text) => text.padStart(14)).join('')}\n`);
    for (const [length, median] of medians) {
      const cells = [...KINDS, 'close' as const, 'all' as const].map((kind) => {
        const ratio = median[kind][unit] / first[kind][unit];
        return `${median[kind][unit].toFixed(0)} (${ratio.toFixed(2)})`.padStart(14);
      });
      process.stdout.write(`${String(length).padStart(14)}${cells.join('')}\n`);
    }
  }
  if (profile) process.stdout.write(statements.grown(1, [...medians.keys()].at(-1) ?? 1));
}

/** A warehouse file for each length of history, all over the same lake. */
async function warehousesByHistory(
  house: House,
  hours: Awaited<ReturnType<typeof copiedHours>>,
  history: number,
): Promise<ReadonlyMap<number, string>> {
  const files = new Map<number, string>();
  let grew: ReadonlyMap<string, number> = new Map();
  let filled = 0;
  for (let target = 1; target <= history; target *= 10) {
    for (; filled < Math.min(target, RUN_HOURS); filled++) {
      const hour = await hours.write(filled + 1);
      const run = () => house.refresh({ hours: [hour] });
      if (filled === RUN_HOURS - 1) grew = await growth(house, run);
      else await run();
    }
    if (target > filled) await copyHistory(house, { model: RUN_HOURS, from: filled + 1, to: target, grew });
    filled = target;
    await house.close();
    const file = join(house.dir, `after-${target}`, WAREHOUSE_FILE);
    await mkdir(join(file, '..'), { recursive: true });
    await cp(join(dataFolder(house.dir).warehouse, WAREHOUSE_FILE), file);
    files.set(target, file);
  }
  return files;
}
