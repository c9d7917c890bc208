import { createHash } from 'node:crypto';
import type { HourOfTable } from '../../derive/table-partition.ts';
import { changedHours } from '../changed-hours.ts';
import type { Clock, Warehouse } from '../ports.ts';
import { hourText, lastHours, startMs } from './hours.ts';
import { failedHoursQuery } from './ledger.ts';
import type { ModelGraph } from './model-graph.ts';
import { withLedger } from './prepare.ts';
import { definitionsQuery } from './schema-plan.ts';
import { hoursOfLake, type LakePorts } from './versions.ts';

const HOUR_MS = 3_600_000;

/** More recent hours are checked even without a note that they have changed. */
export const RECENT_HOURS = 48;

/** The ledger's key for when all due hours were last checked, and with which models. */
const LOOKED_AT = 'ops.looked_at';

export interface HoursDueDeps extends LakePorts {
  readonly warehouse: Warehouse;
  readonly clock: Pick<Clock, 'now'>;
  readonly graph: ModelGraph;
  readonly windowSeconds: number;
}

export interface HoursDue {
  /** Ascending. */
  readonly hours: readonly HourOfTable[];
  /** What the ledger records once they have all been checked. */
  readonly note: { readonly name: string; readonly definition: string };
}

/**
 * Returns every hour whose models may have something to run: recent hours, hours that ended since the last full check,
 * hours noted as changed since then, and hours whose last run failed. Without a last check, or if the models have
 * changed since then, every hour of the lake.
 */
export async function hoursDue(deps: HoursDueDeps): Promise<HoursDue> {
  const { warehouse, clock, graph } = deps;
  const nowMs = clock.now();
  const models = modelsHash(deps);
  const note = { name: LOOKED_AT, definition: `${new Date(nowMs).toISOString()} ${models}` };
  await withLedger(warehouse);
  const definitions = await warehouse.query(definitionsQuery);
  const [time = '', by] = definitions.find(({ model }) => model === LOOKED_AT)?.definition?.split(' ') ?? [];
  const lastMs = Date.parse(time);
  if (Number.isNaN(lastMs) || by !== models) return { hours: await hoursOfLake(deps, graph.otherTables), note };
  const since = Math.ceil((nowMs - lastMs) / HOUR_MS) + 1;
  const failed = (await warehouse.query(failedHoursQuery)).map(({ hour_start }) => hourOfText(hour_start ?? ''));
  const changed = await changedHours(deps, Math.min(lastMs, nowMs));
  return { hours: ascending([...lastHours(nowMs, Math.max(RECENT_HOURS, since)), ...failed, ...changed]), note };
}

/** Reads the ledger's time, which a warehouse may show with a fraction. */
const hourOfText = (text: string): HourOfTable => ({ dt: text.slice(0, 10), hour: Number(text.slice(11, 13)) });

function ascending(hours: readonly HourOfTable[]): readonly HourOfTable[] {
  const distinct = new Map(hours.map((hour) => [hourText(hour), hour]));
  return [...distinct.values()].sort((left, right) => startMs(left) - startMs(right));
}

function modelsHash({ graph, windowSeconds }: Pick<HoursDueDeps, 'graph' | 'windowSeconds'>): string {
  const definitions = graph.models.map(({ name, definition }) => `${name} ${definition}`);
  return createHash('sha256')
    .update([`${windowSeconds}`, ...definitions].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
