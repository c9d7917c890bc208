import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTable } from '../../../lib/derive/names.ts';
import { type DataFolder, dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { joinLog, warnOfOthers } from '../../../lib/local/folder/join-log.ts';
import type { EventLog } from '../../../lib/pipeline/ports.ts';
import { slotKey } from '../../../lib/pipeline/slot.ts';
import { readSettings } from '../../../lib/settings.ts';
import { contracts } from '../../support/fixture-project.ts';
import { memoryLog, textRecord } from '../../support/memory-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testClock } from '../../support/test-clock.ts';

const contract = contracts.find(({ name }) => name === 'search.raw');
if (contract === undefined) throw new Error('expected the contract of search.raw');
const topic = contract.name;

describe('joining a log', () => {
  let folder: DataFolder;
  let remove: () => Promise<void>;
  let clock = testClock();
  let log = memoryLog(clock);
  const notes: string[] = [];
  beforeEach(async () => {
    const made = await temporaryFolder();
    folder = dataFolder(made.path);
    remove = made.remove;
    clock = testClock();
    log = memoryLog(clock);
    notes.length = 0;
    await log.createTopic({ topic, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 1 });
  });
  afterEach(() => remove());

  const joinWith = async (changed: Partial<EventLog> = {}, environment = {}) => {
    const settings = readSettings({ WEIR_BROKERS: 'there:9092', ...environment });
    const all = { ...log, ...changed };
    const warn = (line: string) => notes.push(line);
    const joined = await joinLog({ folder, settings, contracts: [contract], log: all, clock, warn });
    const stream = joined.get(topic);
    if (stream === undefined) throw new Error('expected the stream');
    return stream;
  };
  const appended = (count: number) =>
    log.append(
      topic,
      0,
      Array.from({ length: count }, () => textRecord('x')),
    );

  /** Has the clock go on while files are read, too. */
  async function ticking<T>(work: () => Promise<T>): Promise<T> {
    let isOver = false;
    const ended = work().finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await sleep(1);
      await clock.advance(250);
    }
    return ended;
  }

  it('gives every folder groups of its own, for each incarnation, but for what is written to topics', async () => {
    const first = await joinWith();
    expect(await joinWith()).toEqual(first);
    const raised = await joinWith({}, { WEIR_INCARNATIONS: `${topic}=1` });
    expect(raised.groups.sink).toBe(first.groups.sink.replace(/-i0$/, '-i1'));
    await writeFile(folder.identityFile, '{"id":"00000000","sources":[]}');
    const other = await joinWith();
    expect(other.groups.sink).not.toBe(first.groups.sink);
    expect(other.groups.refine).toBe(first.groups.refine);
  });

  it('refuses a topic without an id that ends before where it was read to', async () => {
    const withoutIds = { topicId: async () => null };
    await appended(5);
    const { groups, refusal } = await joinWith(withoutIds);
    expect(refusal).toBeNull();
    await log.moveGroup(topic, groups.sink, new Map([[0, 9]]));
    expect((await joinWith(withoutIds)).refusal?.message).toMatch(/was read up to 9, and ends at 5\. .*=1$/);
  });

  it('continues with a topic whose id is the same, though it ends before where it was read to', async () => {
    const { groups } = await joinWith();
    await log.moveGroup(topic, groups.sink, new Map([[0, 9]]));
    expect((await joinWith()).refusal).toBeNull();
  });

  it('leaves a damaged object to the sink, which names it if it is in the way', async () => {
    await appended(10);
    const { groups } = await joinWith();
    await log.moveGroup(topic, groups.sink, new Map([[0, 9]]));
    const chain = {
      ...{ table: lakeTable(contract), label: 'search_raw', incarnation: 0, kafkaPartition: 0 },
      hour: { dt: '2026-01-31', hour: 13 },
    };
    const path = join(folder.lake, slotKey(chain, 0, 0));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'cut');
    expect((await joinWith()).refusal).toBeNull();
    expect(await log.committedOffsets(topic, groups.sink)).toEqual([9]);
    await rm(path);
    await mkdir(path);
    await joinWith();
    expect(await log.committedOffsets(topic, groups.sink)).toEqual([0]);
  });

  it('waits for a reader of a process that was killed, and refuses one that stays', async () => {
    const { groups } = await joinWith();
    const reader = await log.openReader(topic, groups.sink);
    const message = /another pipeline reads topic search\.raw .* delete .*folder\.json/;
    await ticking(() => expect(joinWith()).rejects.toThrow(message));
    const closing = clock.sleep(5000).then(() => reader.close());
    expect((await ticking(() => joinWith())).groups).toEqual(groups);
    await closing;
  });

  it('says when another has joined at the same time', async () => {
    const joined = await joinWith();
    const warn = (line: string) => notes.push(line);
    const own = await log.openReader(topic, joined.groups.sink);
    await warnOfOthers([joined], { folder, log, warn });
    expect(notes).toEqual([]);
    const other = await log.openReader(topic, joined.groups.sink);
    await warnOfOthers([joined], { folder, log, warn });
    expect(notes).toEqual([
      expect.stringMatching(/another pipeline reads .* Each gets a part of the records only\. Stop it/),
    ]);
    await Promise.all([own.close(), other.close()]);
  });

  it('takes over once what an earlier version has committed for the folder, and never from a new folder', async () => {
    await appended(10);
    await log.moveGroup(topic, 'weir-refine-search.raw', new Map([[0, 7]]));
    const fresh = await joinWith();
    expect(await log.committedOffsets(topic, fresh.groups.refine)).toEqual([null]);

    await mkdir(join(folder.lake, 'search_raw'), { recursive: true });
    const identity = JSON.parse(await readFile(folder.identityFile, 'utf8'));
    expect(identity.sources).toHaveLength(1);
    expect((await joinWith()).groups).toEqual(fresh.groups);
    expect(await log.committedOffsets(topic, fresh.groups.refine)).toEqual([null]);
  });

  it('takes it over where the folder has a lake and no identity, then moves back what is ahead of the lake', async () => {
    await appended(10);
    await mkdir(join(folder.lake, 'search_raw'), { recursive: true });
    await log.moveGroup(topic, 'weir-refine-search.raw', new Map([[0, 7]]));
    await log.moveGroup(topic, 'weir-sink-search.raw', new Map([[0, 8]]));
    const { groups } = await joinWith();
    expect(await log.committedOffsets(topic, groups.refine)).toEqual([7]);
    expect(await log.committedOffsets(topic, groups.sink)).toEqual([0]);
    expect(notes).toEqual([
      expect.stringMatching(/had been read up to 8, but the lake has no records of it; reading from 0/),
    ]);
  });
});
