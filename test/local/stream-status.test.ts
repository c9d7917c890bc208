import { describe, expect, it } from 'vitest';
import { eventSourceMapping } from '../../lib/local/event-source/event-source-mapping.ts';
import { streamStatus } from '../../lib/local/stream-status.ts';
import { readSettings } from '../../lib/settings.ts';
import { contracts } from '../support/fixture-project.ts';
import { memoryLog, textRecord } from '../support/memory-log.ts';
import { testClock } from '../support/test-clock.ts';

const [contract] = contracts;

describe('the status of a stream', () => {
  it('adds up where some offsets are no records, at every moment', async () => {
    if (contract === undefined) throw new Error('expected a contract');
    const clock = testClock();
    const log = memoryLog(clock);
    const topic = contract.name;
    await log.createTopic({ topic, kafkaPartitions: 2, timestampType: 'LogAppendTime', retentionMs: 1 });
    let rows = 0;
    const mapping = await eventSourceMapping({
      log,
      origin: { topic, eventSourceArn: 'arn', bootstrapServers: 'here' },
      group: 'sink',
      watch: async () => {},
      handler: async ({ records }) => {
        rows += Object.values(records).flat().length;
      },
      limits: {
        batchSize: 100,
        batchWindowMs: 5000,
        maxPayloadBytes: 1e6,
        maxConcurrent: 1,
        backOff: { firstMs: 1, maxMs: 1 },
      },
      clock,
      random: () => 1,
      notify: () => {},
    });
    const counts = { rows: (table: string) => (table === 'dead_letters' ? 0 : rows) };
    const settings = readSettings({});
    const status = await streamStatus({ contract, settings, log, counts, group: 'sink', mapping });
    const numbers = async () => {
      const { eventsIn, rows: inLake, deadLetters, lag } = await status();
      return { eventsIn, inLake, deadLetters, lag };
    };

    await log.append(topic, 0, [textRecord('a'), textRecord('b')]);
    log.appendMarker(topic, 0);
    await log.append(topic, 1, [textRecord('c')]);
    log.appendMarker(topic, 1);
    await clock.advance(1000);
    expect(await numbers()).toEqual({ eventsIn: 3, inLake: 0, deadLetters: 0, lag: 3 });
    await clock.advance(5000);
    expect(await numbers()).toEqual({ eventsIn: 3, inLake: 3, deadLetters: 0, lag: 0 });
    const stopped = mapping.stop(0);
    await clock.advance(1000);
    await stopped;
  });

  it('counts no event twice while its object is written and its offset not yet committed', async () => {
    if (contract === undefined) throw new Error('expected a contract');
    const log = memoryLog(testClock());
    const topic = contract.name;
    await log.createTopic({ topic, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 1 });
    const now = { rows: 0, received: 0, held: 0 };
    const status = await streamStatus({
      contract,
      settings: readSettings({}),
      log,
      counts: { rows: (table) => (table === 'dead_letters' ? 0 : now.rows) },
      group: 'sink',
      mapping: {
        progress: () => ({
          ...{ delivered: 0, failures: 0, newestMs: null, committed: new Map() },
          received: now.received,
          read: new Map([[0, now.received]]),
          held: () => now.held,
        }),
      },
    });
    const seen: (number | null)[] = [];
    const see = async (step: Partial<typeof now>) => {
      Object.assign(now, step);
      seen.push((await status()).eventsIn);
    };
    await see({});
    await log.append(topic, 0, [textRecord('a'), textRecord('b')]);
    await see({});
    await see({ received: 2, held: 2 });
    await see({ rows: 2 });
    await log.append(topic, 0, [textRecord('c')]);
    await see({ received: 3, held: 3 });
    await see({ held: 1 });
    await see({ rows: 3 });
    await see({ held: 0 });
    expect(seen).toEqual([0, 2, 2, 2, 3, 3, 3, 3]);
  });

  it('does not guess events that are not counted yet', async () => {
    if (contract === undefined) throw new Error('expected a contract');
    const log = memoryLog(testClock());
    const topic = contract.name;
    await log.createTopic({ topic, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 1 });
    await log.append(topic, 0, [textRecord('a')]);
    const progress = { delivered: 0, failures: 0, newestMs: null, committed: new Map(), received: 0 };
    const status = await streamStatus({
      contract,
      settings: readSettings({}),
      log,
      counts: { rows: () => null },
      group: 'sink',
      mapping: { progress: () => ({ ...progress, read: new Map(), held: () => 0 }) },
    });
    expect(await status()).toMatchObject({ eventsIn: null, rows: null, deadLetters: null, lag: 1 });
  });
});
