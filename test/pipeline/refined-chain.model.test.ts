import { describe, expect, it } from 'vitest';
import { createHandler as createRefineHandler } from '../../lambdas/refine/handler.ts';
import { createHandler as createSinkHandler } from '../../lambdas/sink/handler.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { firstBadRefinedSchedule } from '../support/model/refined-schedule.ts';
import { plantRefined, refinedVariants } from '../support/model/refined-variants.ts';

/** `.ci/run` tries twenty thousand: `test/faults/refined-chain.model.test.ts`. */
const SCHEDULES = 300;
const MAX_SCHEDULES_TO_CATCH = 2_000;
/** Some variants show in one of hundreds of schedules. */
const TIMEOUT_MS = 300_000;

describe('a refined stream, over random schedules of repeated, partial and late appends', () => {
  it(
    'has every refined event in exactly one visible row or dead letter',
    async () => {
      expect(
        await firstBadRefinedSchedule({ createRefineHandler, createSinkHandler, compactHour }, SCHEDULES),
      ).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  it.each(refinedVariants)(
    'is shown broken when $name',
    async (variant) => {
      expect(await firstBadRefinedSchedule(await plantRefined(variant), MAX_SCHEDULES_TO_CATCH)).toBeDefined();
    },
    TIMEOUT_MS,
  );
});
