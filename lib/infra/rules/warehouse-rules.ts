import type { Warehouse } from '../deployment.ts';
import { minRpuHours } from '../model-runs.ts';
import { isWhole, type Rule } from './rule.ts';
import { REDSHIFT_SERVERLESS_REGIONS, REGIONS_OF_TWO_ZONES, SMALLEST_RPU_REGIONS } from './service-regions.ts';

const SMALLEST_RPU = 4;

/** The values that Redshift Serverless accepts. */
export function warehouseRules(warehouse: Warehouse, region: string): readonly Rule[] {
  const { baseRpu, maxRpu, dailyRpuHours, timeZone, readerRole } = warehouse;
  const isCapacity = (rpu: number) => rpu === SMALLEST_RPU || (isWhole(rpu, 8, 512) && rpu % 8 === 0);
  return [
    {
      setting: 'region',
      holds: REDSHIFT_SERVERLESS_REGIONS.includes(region) && !REGIONS_OF_TWO_ZONES.includes(region),
      expected: 'a region with Redshift Serverless in three zones',
      found: region,
      todo: 'choose another region, or warehouse: null: Athena asks the lake without one',
    },
    {
      setting: 'warehouse.baseRpu',
      holds: isCapacity(baseRpu),
      expected: '4, or a multiple of 8 from 8 to 512',
      found: baseRpu,
      todo: 'take 4 when in doubt',
    },
    {
      setting: 'warehouse.maxRpu',
      holds: isCapacity(maxRpu) && maxRpu >= baseRpu,
      expected: `4 or a multiple of 8, and at least baseRpu (${baseRpu})`,
      found: maxRpu,
      todo: 'it bounds what a single query may cost',
    },
    {
      setting: 'warehouse.maxRpu',
      holds: baseRpu !== SMALLEST_RPU || maxRpu === SMALLEST_RPU,
      expected: `${SMALLEST_RPU} at baseRpu ${SMALLEST_RPU}: once beyond, Redshift never scales back to it, and every run costs twice as much`,
      found: maxRpu,
      todo: 'set maxRpu: 4, or baseRpu: 8',
    },
    {
      setting: 'warehouse.baseRpu',
      holds: baseRpu !== SMALLEST_RPU || SMALLEST_RPU_REGIONS.includes(region),
      expected: `8 or more outside of ${SMALLEST_RPU_REGIONS.join(', ')}`,
      found: baseRpu,
      todo: 'set baseRpu: 8 and maxRpu: 8',
    },
    {
      setting: 'warehouse.dailyRpuHours',
      holds: isWhole(dailyRpuHours, 1, 100_000),
      expected: 'whole RPU hours of 1 or more',
      found: dailyRpuHours,
      todo: 'by day, hourly runs at 4 RPU are taken to use 3.5, with one every ten minutes 12.3',
    },
    {
      setting: 'warehouse.dailyRpuHours',
      holds: dailyRpuHours >= minRpuHours(warehouse),
      expected: `${minRpuHours(warehouse)} or more, which the runs of the models use at baseRpu (${baseRpu}) if each lasts a minute`,
      found: dailyRpuHours,
      todo: 'raise it to twice that, lower baseRpu, or set everyTenMinutes: false',
    },
    {
      setting: 'warehouse.timeZone',
      holds: isTimeZone(timeZone),
      expected: 'an IANA time zone',
      found: timeZone,
      todo: 'take Etc/UTC when in doubt',
    },
    {
      setting: 'warehouse.readerRole',
      holds: /^[a-z_][a-z0-9_]{0,62}$/.test(readerRole) && readerRole !== 'public',
      expected: 'at most 63 lower case letters, digits and _, no digit first, and not everybody (public)',
      found: readerRole,
      todo: 'take weir_reader when in doubt',
    },
  ];
}

/** EventBridge Scheduler is case-sensitive, unlike Node. */
function isTimeZone(timeZone: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(timeZone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
