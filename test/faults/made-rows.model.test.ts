import { expect, it } from 'vitest';
import { createHandler as createRefineHandler } from '../../lambdas/refine/handler.ts';
import { createHandler as createSinkHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { amender } from '../../lib/pipeline/replay/amender.ts';
import { refinedAmender } from '../../lib/pipeline/replay/refined-amender.ts';
import { firstBadMadeSchedule } from '../support/model/made-schedule.ts';

const SCHEDULES = 20_000;

it(`a refined table whose source is replayed has every event of its source’s rows once, over ${SCHEDULES} random schedules`, async () => {
  const code = { createRefineHandler, createSinkHandler, compactHour, amender, refinedAmender };
  expect(await firstBadMadeSchedule(code, SCHEDULES)).toBeUndefined();
});
