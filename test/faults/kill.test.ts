import { expect, it } from 'vitest';
import { type KillRun, killRun } from '../support/kill-run.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { redisServer } from '../support/servers/redis.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const EVENTS = 200_000;
const KILLS = 50;

async function expectExactlyOnce(given: Partial<KillRun> = {}) {
  const run = { events: EVENTS, kills: KILLS, seed: Date.now(), ...given };
  const { records, inLake, missing, windows, purchases } = await killRun(run);
  expect(records).toBeGreaterThanOrEqual(run.events);
  expect(inLake).toMatchObject({ rows: records, positions: records });
  expect(missing).toBe(0);
  expect(purchases).toBe(records - inLake.deadLetters);
  expect(windows.live).toEqual(windows.lake);
}

const claimOf = (events: number, kills: number) =>
  `${events} events are in exactly one row or dead letter each, and counted once, after ${kills} kills at random moments`;
const claim = claimOf(EVENTS, KILLS);

it(`on the embedded log, ${claim}`, () => expectExactlyOnce());

await describeWithServer(kafkaServer, (running) => {
  it(`on Apache Kafka, ${claim}`, () => expectExactlyOnce({ brokers: running().brokers.join(',') }));
});

await describeWithServer(redisServer, (running) => {
  // Fewer: sink and log are those of the first run, and only the store of the metrics is another.
  const [events, kills] = [60_000, 20];
  it(`with live metrics in Redis, ${claimOf(events, kills)}`, () =>
    expectExactlyOnce({ redisUrl: running().url, events, kills }));
});
