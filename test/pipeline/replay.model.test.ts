import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { amender } from '../../lib/pipeline/replay/amender.ts';
import { plantReplay, replayVariants } from '../support/model/replay-variants.ts';
import { firstBadSchedule } from '../support/model/schedule.ts';

/** `.ci/run` tries twenty thousand: `test/faults/slot-chain.model.test.ts`. */
const SCHEDULES = 400;
const MAX_SCHEDULES_TO_CATCH = 2_000;
const TIMEOUT_MS = 300_000;

describe('dead letters that several people replay, with different fixes, while sinks and compactors run and crash', () => {
  it(
    'each become one row at their own position, and nothing else does',
    async () => {
      expect(await firstBadSchedule({ createHandler, compactHour, amender }, SCHEDULES)).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  it.each(replayVariants)(
    'is shown broken when $name',
    async (variant) => {
      expect(await firstBadSchedule(await plantReplay(variant), MAX_SCHEDULES_TO_CATCH)).toBeDefined();
    },
    TIMEOUT_MS,
  );
});
