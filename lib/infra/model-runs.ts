import type { Warehouse } from './deployment.ts';

/** The schedule of the SQL models, and how far back a run checks for changed hours. */
interface ModelRuns {
  /** Due every day. */
  readonly time: string;
  readonly lookBackHours: number | 'all';
  readonly timesADay: number;
}

/**
 * The runs by name. They are at least ten minutes apart, and the function times out before the next one, so runs never
 * overlap. They start at five past, because by then the last batches of the hour are in the lake.
 */
export function modelRuns({
  everyTenMinutes,
}: Pick<Warehouse, 'everyTenMinutes'>): Readonly<Record<string, ModelRuns>> {
  return everyTenMinutes ? { ...RUNS, ...REFRESH } : RUNS;
}

const RUNS: Readonly<Record<string, ModelRuns>> = {
  Hourly: { time: 'cron(5 0-3,5-23 * * ? *)', lookBackHours: 24, timesADay: 23 },
  // Replaces an hourly run.
  Daily: { time: 'cron(5 4 * * ? *)', lookBackHours: 'all', timesADay: 1 },
};

const REFRESH: Readonly<Record<string, ModelRuns>> = {
  EveryTenMinutes: { time: 'cron(15,25,35,45,55 * * * ? *)', lookBackHours: 3, timesADay: 120 },
};

/** The minimum RPU hours of all runs of a day, because each is billed for at least a minute. */
export function minRpuHours(warehouse: Pick<Warehouse, 'everyTenMinutes' | 'baseRpu'>): number {
  const runs = Object.values(modelRuns(warehouse)).reduce((sum, { timesADay }) => sum + timesADay, 0);
  return (runs * warehouse.baseRpu) / 60;
}
