import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HourOfTable } from '../../lib/derive/table-partition.ts';
import type { Kept } from '../../lib/pipeline/transform/model.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { lakehouse } from '../../test/support/lakehouse.ts';
import { copiedHours } from './copied-hours.ts';

const ROUNDS = 5;
const KINDS: readonly Kept[] = ['replace_hour', 'merge', 'view'];

type House = Awaited<ReturnType<typeof lakehouse>>;

/**
 * What an hour's run costs when there are already 1, 10, 100, … hours of history with as many rows each, by the way in
 * which models are kept; then a single hour with `largeRows` rows.
 */
export async function benchTransform(options: {
  readonly rows: number;
  readonly history: number;
  readonly largeRows: number;
}) {
  await inFolder((house) => curve(house, options));
  await inFolder((house) => largeHour(house, options.largeRows));
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

async function curve(
  house: House,
  { rows, history }: { readonly rows: number; readonly history: number },
): Promise<void> {
  const hours = await copiedHours(house, rows);
  process.stdout.write(`an hour of ${hours.rows} rows; milliseconds by kind of model, median of ${ROUNDS}\n`);
  process.stdout.write(`${['history', ...KINDS, 'all'].map((text) => text.padStart(14)).join('')}\n`);
  let first: Readonly<Record<string, number>> | undefined;
  let written = 1;
  for (let target = 1; target <= history; target *= 10) {
    for (; written <= target; written++) await house.refresh({ hours: [await hours.write(written)] });
    const found = await median(house, await hours.write(written++));
    first ??= found;
    const cells = [...KINDS, 'all'].map((kind) => {
      const ratio = (found[kind] ?? 0) / (first?.[kind] ?? 1);
      return `${(found[kind] ?? 0).toFixed(0)} (${ratio.toFixed(2)})`.padStart(14);
    });
    process.stdout.write(`${String(target).padStart(14)}${cells.join('')}\n`);
  }
}

/** Runs the hour several times, each as if it had changed. */
async function median(house: House, hour: HourOfTable): Promise<Readonly<Record<string, number>>> {
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await timedRun(house, hour));
  const middle = (kind: string) => {
    const sorted = rounds.map((times) => times[kind] ?? 0).sort((left, right) => left - right);
    return sorted[ROUNDS >> 1] ?? 0;
  };
  return Object.fromEntries([...KINDS, 'all'].map((kind) => [kind, middle(kind)]));
}

async function timedRun(house: House, hour: HourOfTable): Promise<Record<string, number>> {
  const kinds = new Map(house.deps.graph.models.map(({ name, kept }) => [name, kept]));
  const times: Record<string, number> = {};
  const warehouse: House['warehouse'] = {
    ...house.warehouse,
    run: async (transaction) => {
      const startMs = performance.now();
      await house.warehouse.run(transaction);
      const kind = kinds.get(transaction.name.split(' ', 1)[0] ?? '') ?? 'other';
      times[kind] = (times[kind] ?? 0) + performance.now() - startMs;
    },
  };
  const startMs = performance.now();
  const { failures } = await transform({ ...house.deps, warehouse }, { hours: [hour], again: true });
  if (failures[0] !== undefined) throw new Error(failures[0].message);
  return { ...times, all: performance.now() - startMs };
}

async function largeHour(house: House, rows: number): Promise<void> {
  const hours = await copiedHours(house, rows);
  const hour = await hours.write(1);
  const { all = 0 } = await timedRun(house, hour);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`an hour of ${hours.rows} rows: ${(all / 1000).toFixed(1)} s, peak ${peakMb.toFixed(0)} MB\n`);
}
