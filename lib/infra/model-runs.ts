import type { Warehouse } from './deployment.ts';

/** When the SQL models are run, and how far back the run looks for hours that have changed. */
interface ModelRuns {
  /** Due every day. */
  readonly time: string;
  readonly lookBackHours: number | 'all';
  readonly timesADay: number;
}

/**
 * The runs by name. Their times stand ten minutes or more apart, and the function's time is over before the next one: no run
 * can last into the next. Five past, because by then the last batches of the hour are in the lake.
 */
export function modelRuns({
  everyTenMinutes,
}: Pick<Warehouse, 'everyTenMinutes'>): Readonly<Record<string, ModelRuns>> {
  return everyTenMinutes ? { ...RUNS, ...REFRESH } : RUNS;
}

const RUNS: Readonly<Record<string, ModelRuns>> = {
  Hourly: { time: 'cron(5 0-3,5-23 * * ? *)', lookBackHours: 24, timesADay: 23 },
  // In the place of an hourly run.
  Daily: { time: 'cron(5 4 * * ? *)', lookBackHours: 'all', timesADay: 1 },
};

const REFRESH: Readonly<Record<string, ModelRuns>> = {
  EveryTenMinutes: { time: 'cron(15,25,35,45,55 * * * ? *)', lookBackHours: 3, timesADay: 120 },
};

/** What all runs of a day use of the warehouse at least, as each is billed for a minute: RPU hours. */
export function minRpuHours(warehouse: Pick<Warehouse, 'everyTenMinutes' | 'baseRpu'>): number {
  const runs = Object.values(modelRuns(warehouse)).reduce((sum, { timesADay }) => sum + timesADay, 0);
  return (runs * warehouse.baseRpu) / 60;
}
