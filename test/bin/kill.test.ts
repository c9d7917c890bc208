import { expect, it } from 'vitest';
import { killRun } from '../support/kill-run.ts';

/** `.ci/run` kills it fifty times over 200,000 events, on the embedded log and on Kafka: `test/faults/kill.test.ts`. */
it('a pipeline that is killed at random moments has every record in exactly one row or dead letter, and counted once', async () => {
  const { records, inLake, missing, windows, purchases } = await killRun({ events: 10_000, kills: 4, seed: 1 });
  expect(records).toBeGreaterThanOrEqual(10_000);
  expect(inLake).toMatchObject({ rows: records, positions: records });
  expect(inLake.deadLetters).toBeGreaterThanOrEqual(104);
  expect(missing).toBe(0);
  expect(purchases).toBe(records - inLake.deadLetters);
  expect(windows.live).toEqual(windows.lake);
}, 120_000);
