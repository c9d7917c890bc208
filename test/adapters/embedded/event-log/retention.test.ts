import { afterEach, describe, expect, it } from 'vitest';
import { embeddedLogOnDisk, purchases, recordsOf, TOPIC, valuesIn } from '../../../support/embedded-log.ts';
import { testClock } from '../../../support/test-clock.ts';

const LIMITS = { maxRecords: 100, maxBytes: 1e6, waitMs: 0 };
const HOUR_MS = 3_600_000;
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `value ${from + i}`);

let cleanUp: () => Promise<void> = async () => {};
afterEach(() => cleanUp());

/** A log whose segments take about ten records. */
async function openLog(options: { readonly maxTopicBytes: number; readonly retentionMs: number }) {
  const clock = testClock();
  const disk = await embeddedLogOnDisk({ clock, segmentBytes: 500, maxTopicBytes: options.maxTopicBytes });
  cleanUp = disk.remove;
  const log = await disk.open();
  await log.createTopic({ ...purchases, retentionMs: options.retentionMs });
  const append = async (values: readonly string[]) => {
    for (const value of values) await log.append(TOPIC, 0, recordsOf(value));
  };
  return { clock, disk, log, append };
}

describe('retention', () => {
  it('drops the oldest segments of a topic that has grown too large, and offsets continue', async () => {
    const { disk, log, append } = await openLog({ maxTopicBytes: 2000, retentionMs: HOUR_MS });
    await append(numbered(200));
    const [start = 0] = await log.startOffsets(TOPIC);
    expect(start).toBeGreaterThan(140);
    expect((await disk.segmentPaths()).length).toBeLessThanOrEqual(4);
    expect(await log.endOffsets(TOPIC)).toEqual([200]);
    expect(await valuesIn(log, 'group')).toEqual(numbered(200 - start, start));
    await log.close();
    const again = await disk.open();
    expect((await again.startOffsets(TOPIC))[0]).toBeGreaterThanOrEqual(start);
    expect(await again.append(TOPIC, 0, recordsOf('next'))).toEqual({ firstOffset: 200 });
    await again.close();
  });

  it('drops what is older than the topic’s retention', async () => {
    const { clock, log, append } = await openLog({ maxTopicBytes: 1e9, retentionMs: HOUR_MS });
    await append(numbered(50));
    await clock.advance(2 * HOUR_MS);
    await append(numbered(1, 50));
    await append(numbered(1, 51));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await log.offsetsAt(TOPIC, 0)).toEqual(await log.startOffsets(TOPIC));
    const [start = 0] = await log.startOffsets(TOPIC);
    expect(start).toBeGreaterThanOrEqual(40);
    expect((await valuesIn(log, 'group')).at(-1)).toBe('value 51');
    await log.close();
  });

  it('has a reader that was behind continue at the oldest record, and says what it has missed', async () => {
    const { disk, log, append } = await openLog({ maxTopicBytes: 2000, retentionMs: HOUR_MS });
    await append(numbered(5));
    const reader = await log.openReader(TOPIC, 'slow');
    expect(await reader.poll({ ...LIMITS, maxRecords: 3 })).toHaveLength(3);
    await reader.commit(new Map([[0, 3]]));
    await reader.close();
    await append(numbered(200, 5));
    const [start = 0] = await log.startOffsets(TOPIC);
    const again = await log.openReader(TOPIC, 'slow');
    const [first] = await again.poll(LIMITS);
    expect(first?.offset).toBe(start);
    const missed = `topic ${TOPIC}, kafka partition 0, group slow: ${start - 3} records from 3 on had been dropped`;
    expect(disk.warnings).toEqual([expect.stringContaining(missed)]);
    await log.close();
  });

  it('never drops the segment that is being written', async () => {
    const { log, append } = await openLog({ maxTopicBytes: 1, retentionMs: HOUR_MS });
    await append(numbered(25));
    expect((await valuesIn(log, 'group')).at(-1)).toBe('value 24');
    await log.close();
  });
});

describe('time', () => {
  it('never goes back in a log, though the clock does, and though it is opened again', async () => {
    const clock = testClock(1_000_000);
    let now = 1_000_000;
    const disk = await embeddedLogOnDisk({ clock: { ...clock, now: () => now } });
    cleanUp = disk.remove;
    const log = await disk.open();
    await log.createTopic(purchases);
    await log.append(TOPIC, 0, recordsOf('first'));
    now = 400_000;
    await log.append(TOPIC, 0, recordsOf('second'));
    await log.close();
    const again = await disk.open();
    await again.append(TOPIC, 0, recordsOf('third'));
    const reader = await again.openReader(TOPIC, 'group');
    const found = await reader.poll(LIMITS);
    expect(found.map(({ timestampMs }) => timestampMs)).toEqual([1_000_000, 1_000_000, 1_000_000]);
    await again.close();
  });

  it('is found among many records and segments', async () => {
    const { clock, log, append } = await openLog({ maxTopicBytes: 1e9, retentionMs: HOUR_MS });
    const start = clock.now();
    for (let i = 0; i < 100; i += 1) {
      await append([`value ${i}`]);
      await clock.advance(10);
    }
    for (const i of [0, 1, 9, 10, 11, 50, 98, 99]) {
      expect(await log.offsetsAt(TOPIC, start + i * 10)).toEqual([i]);
      expect(await log.offsetsAt(TOPIC, start + i * 10 + 1)).toEqual([i + 1]);
    }
    await log.close();
  });
});
