import { expect, it } from 'vitest';
import { httpKillRun } from '../support/http-kill-run.ts';

/** 100 take some ten minutes. */
const KILLS = Number(process.env.WEIR_TEST_HTTP_KILLS ?? '15');

it(`no event that was accepted over HTTP is lost in ${KILLS} kills, each refused one is named, and no card number is anywhere`, async () => {
  const result = await httpKillRun({ kills: KILLS, seed: Date.now() });
  const { acknowledged, refused, cutOff, ...faults } = result;
  process.stdout.write(
    `${acknowledged} acknowledged, ${refused} refused, ${cutOff} requests cut off in ${KILLS} kills\n`,
  );
  expect(faults).toEqual({ lost: [], wronglyNamed: [], clearCards: [], hasDeadLetters: false });
  expect(acknowledged).toBeGreaterThan(KILLS);
  expect(refused).toBeGreaterThan(KILLS);
  expect(cutOff).toBeGreaterThan(0);
});
