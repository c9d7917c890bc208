import { expect, it } from 'vitest';
import { createHandler as createRefineHandler } from '../../lambdas/refine/handler.ts';
import { createHandler as createSinkHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { firstBadRefinedSchedule } from '../support/model/refined-schedule.ts';

const SCHEDULES = 20_000;

it(`a refined stream has every event in exactly one visible row or dead letter, over ${SCHEDULES} random schedules`, async () => {
  expect(
    await firstBadRefinedSchedule({ createRefineHandler, createSinkHandler, compactHour }, SCHEDULES),
  ).toBeUndefined();
});
