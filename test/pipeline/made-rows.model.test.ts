import { describe, expect, it } from 'vitest';
import { createHandler as createRefineHandler } from '../../lambdas/refine/handler.ts';
import { createHandler as createSinkHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { amender } from '../../lib/pipeline/replay/amender.ts';
import { refinedAmender } from '../../lib/pipeline/replay/refined-amender.ts';
import { firstBadMadeSchedule } from '../support/model/made-schedule.ts';
import { madeVariants, plantMade } from '../support/model/made-variants.ts';

/** `.ci/run` tries twenty thousand: `test/faults/made-rows.model.test.ts`. */
const SCHEDULES = 400;
const MAX_SCHEDULES_TO_CATCH = 2_000;
const TIMEOUT_MS = 300_000;
const code = { createRefineHandler, createSinkHandler, compactHour, amender, refinedAmender };

describe('a refined table whose source is replayed, over random schedules of refiners, sinks, replays and compactors', () => {
  it(
    'has every event of its source’s rows once',
    async () => {
      expect(await firstBadMadeSchedule(code, SCHEDULES)).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  it.each(madeVariants)(
    'is shown broken when $name',
    async (variant) => {
      expect(await firstBadMadeSchedule(await plantMade(variant), MAX_SCHEDULES_TO_CATCH)).toBeDefined();
    },
    TIMEOUT_MS,
  );
});
