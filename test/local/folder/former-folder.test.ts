import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract, string, timestamp } from '../../../lib/contracts/contract.ts';
import { formerGroup } from '../../../lib/local/folder/consumer-groups.ts';
import { type DataFolder, dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { assertFormerLog, holdsRows, takeOverOffsets } from '../../../lib/local/folder/former-folder.ts';
import { readSettings, SettingError } from '../../../lib/settings.ts';
import { type MemoryLog, memoryLog } from '../../support/memory-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

const orders = contract({
  name: 'orders',
  version: 1,
  description: 'Orders.',
  owner: 'tests',
  kafkaPartitions: 2,
  key: null,
  eventTime: 'at',
  identity: 'position',
  fields: { at: timestamp('When.'), id: string('Which.') },
});
const record = { key: null, value: Buffer.from('{}'), headers: [] };

let root: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: DataFolder;
let log: MemoryLog;
beforeEach(async () => {
  root = await temporaryFolder();
  folder = dataFolder(root.path);
  log = memoryLog(testClock(0));
  await log.createTopic({
    topic: 'orders',
    kafkaPartitions: 2,
    timestampType: 'LogAppendTime',
    retentionMs: 3_600_000,
  });
});
afterEach(() => root.remove());

const assertOn = (environment: Record<string, string>) =>
  assertFormerLog({ folder, settings: readSettings(environment), contracts: [orders], log });
const KAFKA = { WEIR_BROKERS: 'localhost:9092' };

describe('a folder of a version that did not say what its lake was read from', () => {
  it('has rows where its lake has a table', async () => {
    expect(await holdsRows(folder.lake)).toBe(false);
    await mkdir(join(folder.lake, '.aside'), { recursive: true });
    expect(await holdsRows(folder.lake)).toBe(false);
    await mkdir(join(folder.lake, 'orders'));
    expect(await holdsRows(folder.lake)).toBe(true);
  });

  it('was read from its embedded log where that has records or groups, and continues with it', async () => {
    await log.append('orders', 1, [record]);
    await expect(assertOn({})).resolves.toBeUndefined();
    await mkdir(join(folder.log, 'groups'), { recursive: true });
    await expect(assertOn({})).resolves.toBeUndefined();
    await expect(assertOn(KAFKA)).rejects.toThrow(SettingError);
    await expect(assertOn(KAFKA)).rejects.toThrow(/was used with its embedded log, .* the Kafka at localhost:9092/);
  });

  it('was read from a Kafka where its embedded log has nothing, and continues with that only', async () => {
    await expect(assertOn(KAFKA)).resolves.toBeUndefined();
    await expect(assertOn({})).rejects.toThrow(/it must have been read from a Kafka. Start it with that \(--brokers\)/);
  });

  it('has its offsets taken over, once, by the groups that carry the folder’s id', async () => {
    const groups = { sink: 'weir-1-sink', refine: 'weir-1-refine', meter: 'weir-1-meter' };
    const source = { stream: 'orders', incarnation: 0, log: 'log', topic: 'orders', topicId: null };
    await log.append(
      'orders',
      0,
      Array.from({ length: 5 }, () => record),
    );
    await log.moveGroup('orders', formerGroup('sink', 'orders'), new Map([[0, 3]]));
    await takeOverOffsets({ source, groups }, log);
    expect(await log.committedOffsets('orders', groups.sink)).toEqual([3, null]);
    expect(await log.committedOffsets('orders', groups.refine)).toEqual([null, null]);
    await log.moveGroup('orders', groups.sink, new Map([[0, 5]]));
    await takeOverOffsets({ source, groups }, log);
    expect(await log.committedOffsets('orders', groups.sink)).toEqual([5, null]);
  });
});
