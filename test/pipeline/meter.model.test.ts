import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/meter/handler.ts';
import { fillGaps, forgetMetrics } from '../../lib/pipeline/meter/fill-gaps.ts';
import { firstBadMeterSchedule } from '../support/model/meter-schedule.ts';
import { brokenStores, meterVariants, plantMeter } from '../support/model/meter-variants.ts';

/** `.ci/run` tries twenty thousand: `test/faults/meter.model.test.ts`. */
const SCHEDULES = 200;
const MAX_SCHEDULES_TO_CATCH = 1_500;
const code = { createHandler, fillGaps, forgetMetrics };

describe('live metrics, over random schedules of crashes, frozen processes, lost answers, lost stores and other cuts', () => {
  it('are the fold of the log at every moment, and whole at the end', async () => {
    expect(await firstBadMeterSchedule(code, SCHEDULES)).toBeUndefined();
  });

  it.each(meterVariants)('are shown wrong when $name', async (variant) => {
    expect(await firstBadMeterSchedule(await plantMeter(variant), MAX_SCHEDULES_TO_CATCH)).toBeDefined();
  });

  it.each(brokenStores)('are shown wrong where $name', async ({ storeOf }) => {
    expect(await firstBadMeterSchedule(code, MAX_SCHEDULES_TO_CATCH, storeOf)).toBeDefined();
  });
});
