import type { HourOfTable } from '../../lib/derive/table-partition.ts';
import type { Warehouse } from '../../lib/pipeline/ports.ts';
import type { Kept } from '../../lib/pipeline/transform/model.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { median } from '../printed.ts';
import type { House } from './copied-hours.ts';

export const KINDS = ['replace_hour', 'merge', 'view'] as const satisfies readonly Kept[];

const PARTS = [...KINDS, 'close', 'all'] as const;

interface Spent {
  readonly wallMs: number;
  /** CPU time of the process, on all processors. */
  readonly cpuMs: number;
}

/** The time of an hour's run: the transactions of each kind of model, releasing the warehouse, and the total. */
export type Cost = Readonly<Record<(typeof PARTS)[number], Spent>>;

/** Runs the hour as a schedule does, including the closing of the warehouse. @throws if a model fails */
export async function measuredRun(house: House, hour: HourOfTable): Promise<Cost> {
  const kinds = new Map(house.deps.graph.models.map(({ name, kept }) => [name, kept]));
  const spent = new Map<string, Spent>();
  const warehouse: Warehouse = {
    ...house.warehouse,
    run: async (transaction) => {
      const stop = stopwatch();
      await house.warehouse.run(transaction);
      const kind = kinds.get(transaction.name.split(' ', 1)[0] ?? '') ?? 'other';
      spent.set(kind, sum(spent.get(kind) ?? NOTHING, stop()));
    },
  };
  const whole = stopwatch();
  const { failures } = await transform({ ...house.deps, warehouse }, { hours: [hour] });
  if (failures[0] !== undefined) throw new Error(failures[0].message);
  const closing = stopwatch();
  await house.close();
  const of = (kind: Kept) => spent.get(kind) ?? NOTHING;
  return { replace_hour: of('replace_hour'), merge: of('merge'), view: of('view'), close: closing(), all: whole() };
}

/** The median of each part separately. */
export function medianOf(costs: readonly Cost[]): Cost {
  const of = (part: (typeof PARTS)[number], unit: keyof Spent) => median(costs.map((cost) => cost[part][unit]));
  return Object.fromEntries(
    PARTS.map((part) => [part, { wallMs: of(part, 'wallMs'), cpuMs: of(part, 'cpuMs') }]),
  ) as unknown as Cost;
}

const NOTHING: Spent = { wallMs: 0, cpuMs: 0 };

const sum = (left: Spent, right: Spent): Spent => ({
  wallMs: left.wallMs + right.wallMs,
  cpuMs: left.cpuMs + right.cpuMs,
});

function stopwatch(): () => Spent {
  const [startMs, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 };
  };
}
