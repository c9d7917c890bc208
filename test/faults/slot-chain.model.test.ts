import { expect, it } from 'vitest';
import { createHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { amender } from '../../lib/pipeline/replay/amender.ts';
import { firstBadSchedule } from '../support/model/schedule.ts';

const SCHEDULES = 20_000;

it(`the slot chain has every record in exactly one visible row or dead letter, over ${SCHEDULES} random schedules`, async () => {
  expect(await firstBadSchedule({ createHandler, compactHour }, SCHEDULES)).toBeUndefined();
});

it(`replayed dead letters each become one row, over ${SCHEDULES} random schedules`, async () => {
  expect(await firstBadSchedule({ createHandler, compactHour, amender }, SCHEDULES)).toBeUndefined();
});
