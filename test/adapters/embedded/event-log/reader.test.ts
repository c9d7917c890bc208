import { readdir, readlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../../../lib/pipeline/ports.ts';
import { embeddedLogOnDisk, purchases, recordsOf, TOPIC } from '../../../support/embedded-log.ts';

const ONE = { maxRecords: 1, maxBytes: 1e6, waitMs: 0 };
const MANY = { ...ONE, maxRecords: 1_000 };

let disk: Awaited<ReturnType<typeof embeddedLogOnDisk>>;
let log: EventLog;
beforeEach(async () => {
  disk = await embeddedLogOnDisk({ segmentBytes: 500 });
  log = await disk.open();
});
afterEach(async () => {
  await log.close();
  await disk.remove();
});

/** The log's segments that this process has open for reading or writing. */
async function openSegments(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''));
  return (await Promise.all(links)).filter((path) => path.startsWith(disk.dir) && path.endsWith('.log')).length;
}

describe('a reader of the embedded log', () => {
  it.each([2, 3, 4])(
    'takes a record of each of %i kafka partitions in turn, when all have many',
    async (kafkaPartitions) => {
      await log.createTopic({ ...purchases, kafkaPartitions });
      for (let index = 0; index < kafkaPartitions; index++) await log.append(TOPIC, index, recordsOf('a', 'b', 'c'));
      const reader = await log.openReader(TOPIC, 'group');
      const seen: number[] = [];
      for (let poll = 0; poll < 2 * kafkaPartitions; poll++) {
        seen.push(...(await reader.poll(ONE)).map((record) => record.kafkaPartition));
      }
      for (let index = 0; index < kafkaPartitions; index++) expect(seen.filter((one) => one === index)).toHaveLength(2);
      await reader.close();
    },
  );

  it.runIf(process.platform === 'linux')('keeps one segment open at a time, and none once it is closed', async () => {
    await log.createTopic(purchases);
    for (let index = 0; index < 60; index++) await log.append(TOPIC, 0, recordsOf(`value ${index}`));
    expect((await disk.segmentPaths()).length).toBeGreaterThan(3);
    const before = await openSegments();
    const reader = await log.openReader(TOPIC, 'group');
    let read = 0;
    while (read < 60) {
      read += (await reader.poll(MANY)).length;
      expect((await openSegments()) - before).toBeLessThanOrEqual(1);
    }
    await reader.close();
    expect(await openSegments()).toBe(before);
  });
});

describe('an embedded log that is closed', () => {
  it('ends the polls that wait in it, and leaves no segment open', async () => {
    await log.createTopic(purchases);
    await log.append(TOPIC, 0, recordsOf('a'));
    const before = await openSegments();
    const reader = await log.openReader(TOPIC, 'group');
    await reader.poll(MANY);
    const waiting = reader.poll({ ...MANY, waitMs: 60_000 }).then(
      () => 'ended',
      () => 'ended',
    );
    await log.close();
    expect(await waiting).toBe('ended');
    expect(await openSegments()).toBeLessThanOrEqual(before);
  });

  it('has the kafka partitions that a topic got, when it is opened again', async () => {
    await log.createTopic(purchases);
    await log.createTopic({ ...purchases, kafkaPartitions: purchases.kafkaPartitions + 2 });
    await log.close();
    log = await disk.open();
    expect(await log.kafkaPartitions(TOPIC)).toBe(purchases.kafkaPartitions + 2);
    expect(await log.endOffsets(TOPIC)).toHaveLength(purchases.kafkaPartitions + 2);
  });

  it('refuses to append and to open readers, and says why', async () => {
    await log.createTopic(purchases);
    await log.close();
    const closed = 'event log: it is closed';
    await expect(log.append(TOPIC, 0, recordsOf('late'))).rejects.toThrow(closed);
    await expect(log.openReader(TOPIC, 'group')).rejects.toThrow(closed);
    log = await disk.open();
    expect(await log.endOffsets(TOPIC)).toEqual([0]);
  });
});
