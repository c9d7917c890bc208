import { expect, it } from 'vitest';
import { killRun } from '../support/kill-run.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const EVENTS = 200_000;
const KILLS = 50;

async function expectExactlyOnce(brokers?: string) {
  const result = await killRun({ events: EVENTS, kills: KILLS, seed: Date.now(), ...(brokers && { brokers }) });
  const { records, inLake, missing } = result;
  expect(records).toBeGreaterThanOrEqual(EVENTS);
  expect(inLake).toMatchObject({ rows: records, positions: records });
  expect(missing).toBe(0);
}

const claim = `${EVENTS} events are in exactly one row or dead letter each, after ${KILLS} kills at random moments`;

it(`on the embedded log, ${claim}`, () => expectExactlyOnce());

await describeWithServer(kafkaServer, (running) => {
  it(`on Apache Kafka, ${claim}`, () => expectExactlyOnce(running().brokers.join(',')));
});
