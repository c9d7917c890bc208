import { expect, it } from 'vitest';
import { createHandler } from '../../lambdas/meter/handler.ts';
import { fillGaps, forgetMetrics } from '../../lib/pipeline/meter/fill-gaps.ts';
import { firstBadMeterSchedule } from '../support/model/meter-schedule.ts';

const SCHEDULES = 20_000;

it(`live metrics are the fold of the log at every moment, and whole at the end, over ${SCHEDULES} random schedules`, async () => {
  expect(await firstBadMeterSchedule({ createHandler, fillGaps, forgetMetrics }, SCHEDULES)).toBeUndefined();
});
