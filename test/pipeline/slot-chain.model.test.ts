import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { firstBadSchedule } from '../support/model/schedule.ts';
import { plant, variants } from '../support/model/variants.ts';

/** `.ci/run` tries twenty thousand: `test/faults/slot-chain.model.test.ts`. */
const SCHEDULES = 400;
const MAX_SCHEDULES_TO_CATCH = 2_000;
/** Some variants show in one of hundreds of schedules. */
const TIMEOUT_MS = 300_000;

describe('the slot chain, over random schedules of crashes, frozen processes, lost answers and other cuts', () => {
  it(
    'has every record in exactly one visible row or dead letter',
    async () => {
      expect(await firstBadSchedule({ createHandler, compactHour }, SCHEDULES)).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  it.each(variants)(
    'is shown broken when $name',
    async (variant) => {
      expect(await firstBadSchedule(await plant(variant), MAX_SCHEDULES_TO_CATCH)).toBeDefined();
    },
    TIMEOUT_MS,
  );
});
