import { describe, expect, it } from 'vitest';
import { modelChecks } from '../../../lib/local/health/model-checks.ts';
import type { LastRun } from '../../../lib/local/model-runs.ts';

const HOUR = { dt: '2026-01-31', hour: 10 };
const broken = { model: 'prod.facts', hour: HOUR, brokenTest: 'unique: id', message: 'prod.facts: unique: id failed' };
const failing = { model: 'prod.sums', hour: HOUR, brokenTest: null, message: 'prod.sums: no column x' };

async function findingsOf(last: LastRun) {
  const found: Record<string, readonly (readonly string[])[]> = {};
  for (const { rule, findings } of modelChecks({ lastRun: () => last, everyMs: 1000 })) {
    found[rule.id] = (await findings()).map((one) => [one.where, one.found]);
  }
  return found;
}

describe('the last run of the models', () => {
  it('fires nothing where all is published', async () => {
    expect(await findingsOf({ failures: [], lateSeconds: 10_800 })).toEqual({
      DataTestFailures: [],
      TransformFailures: [],
      TransformLateness: [],
    });
  });

  it('says of each model once whether a test or the statement failed, with the run’s own message', async () => {
    expect(await findingsOf({ failures: [broken, broken, failing], lateSeconds: 60 })).toEqual({
      DataTestFailures: [['prod.facts', 'prod.facts: unique: id failed']],
      TransformFailures: [['prod.sums', 'prod.sums: no column x']],
      TransformLateness: [],
    });
  });

  it('names the models that keep an hour late, or says that it was not run over', async () => {
    expect((await findingsOf({ failures: [failing], lateSeconds: 18_000 })).TransformLateness).toEqual([
      ['prod.sums', 'It is late: an hour that ended 5 h ago is not published, because its runs fail.'],
    ]);
    expect((await findingsOf({ failures: [], lateSeconds: 18_000 })).TransformLateness).toEqual([
      ['the models', 'Hours that ended long ago are still to be run over.'],
    ]);
  });

  it('is unknown before the first one', async () => {
    const [check] = modelChecks({ lastRun: () => null, everyMs: 1000 });
    await expect(check?.findings()).rejects.toThrow('the models have not run yet');
  });
});
