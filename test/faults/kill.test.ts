import { expect, it } from 'vitest';
import { type KillRun, killRun } from '../support/kill-run.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { redisServer } from '../support/servers/redis.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const EVENTS = 200_000;
const KILLS = 50;

async function expectExactlyOnce(given: Pick<KillRun, 'brokers' | 'redisUrl'> = {}) {
  const result = await killRun({ events: EVENTS, kills: KILLS, seed: Date.now(), ...given });
  const { records, inLake, missing, windows, purchases } = result;
  expect(records).toBeGreaterThanOrEqual(EVENTS);
  expect(inLake).toMatchObject({ rows: records, positions: records });
  expect(missing).toBe(0);
  expect(purchases).toBe(records - inLake.deadLetters);
  expect(windows.live).toEqual(windows.lake);
}

const claim = `${EVENTS} events are in exactly one row or dead letter each, and counted once, after ${KILLS} kills at random moments`;

it(`on the embedded log, ${claim}`, () => expectExactlyOnce());

await describeWithServer(kafkaServer, (running) => {
  it(`on Apache Kafka, ${claim}`, () => expectExactlyOnce({ brokers: running().brokers.join(',') }));
});

await describeWithServer(redisServer, (running) => {
  it(`with live metrics in Redis, ${claim}`, () => expectExactlyOnce({ redisUrl: running().url }));
});
