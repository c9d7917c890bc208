import { copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorruptLogError } from '../../../../lib/adapters/embedded/event-log/segment.ts';
import { embeddedLogOnDisk, purchases, recordsOf, TOPIC, valuesIn } from '../../../support/embedded-log.ts';

type LogOnDisk = Awaited<ReturnType<typeof embeddedLogOnDisk>>;

/** What a frame has beside key, value and headers, and what of it stands before the value. */
const FRAME_BYTES = 8 + 33;
const BEFORE_VALUE_BYTES = FRAME_BYTES - 4;

let disk: LogOnDisk;
let runs = 0;
beforeEach(async () => {
  disk = await embeddedLogOnDisk();
});
afterEach(() => disk.remove());

/** Each inner list is one write. */
async function write(writes: readonly (readonly string[])[], on = disk): Promise<string> {
  const log = await on.open();
  await log.createTopic(purchases);
  for (const values of writes) await log.append(TOPIC, 0, recordsOf(...values));
  await log.close();
  return (await on.segmentPaths()).at(-1) ?? '';
}

/** What is there when the log is opened again. */
async function reread(): Promise<string[]> {
  const log = await disk.open();
  runs += 1;
  try {
    return await valuesIn(log, `group-${runs}`);
  } finally {
    await log.close();
  }
}

async function damage(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  await writeFile(path, bytes);
}

describe('a log that ends before what a group has read', () => {
  it('is read from its start again, and reports it: no record is left out unseen', async () => {
    await write([['a', 'b', 'c']]);
    const first = await disk.open();
    const reader = await first.openReader(TOPIC, 'group');
    await reader.poll({ maxRecords: 10, maxBytes: 1e6, waitMs: 0 });
    await reader.commit(new Map([[0, 3]]));
    await reader.close();
    await first.close();
    await rm(join(disk.dir, 'topics'), { recursive: true });
    await write([['x', 'y']]);
    const log = await disk.open();
    expect(await log.committedOffsets(TOPIC, 'group')).toEqual([null]);
    expect(await valuesIn(log, 'group')).toEqual(['x', 'y']);
    expect(disk.warnings).toEqual([
      expect.stringMatching(/had read up to 3, but the log ends at 2: .* made anew; reading it from 0 on/),
    ]);
    await log.close();
  });
});

describe('records that are read a few at a time', () => {
  it('hold on to their own bytes, not to all that was read with them', async () => {
    await write([Array.from({ length: 1000 }, (_, index) => `value ${index} ${'x'.repeat(200)}`)]);
    const log = await disk.open();
    const reader = await log.openReader(TOPIC, 'group');
    const [record] = await reader.poll({ maxRecords: 1, maxBytes: 1e6, waitMs: 0 });
    expect(record?.value?.buffer.byteLength).toBeLessThan(20_000);
    await reader.close();
    await log.close();
  });
});

describe('a torn tail', () => {
  it('is cut off at whichever byte of the last record it ends, and nothing before it is lost', async () => {
    const path = await write([['first'], ['second'], ['third']]);
    const whole = await readFile(path);
    for (let cut = 1; cut < FRAME_BYTES + 'third'.length; cut += 1) {
      await writeFile(path, whole.subarray(0, whole.length - cut));
      disk.warnings.length = 0;
      const log = await disk.open();
      expect(await log.endOffsets(TOPIC), `cut by ${cut}`).toEqual([2]);
      expect(disk.warnings).toEqual([
        expect.stringMatching(/cut \d+ bytes of an unfinished write from .*\.log at byte/),
      ]);
      expect(await log.append(TOPIC, 0, recordsOf('again'))).toEqual({ firstOffset: 2 });
      expect(await valuesIn(log, `cut-${cut}`)).toEqual(['first', 'second', 'again']);
      await log.close();
      await rm(path.replace('.log', '.index'));
    }
  }, 30_000);

  it('is nothing to warn of when the file ends between two records', async () => {
    const path = await write([['first'], ['second']]);
    await truncate(path, (await stat(path)).size - (FRAME_BYTES + 'second'.length));
    expect(await reread()).toEqual(['first']);
    expect(disk.warnings).toEqual([]);
  });

  it('may be zeros, which some file systems leave after a power cut', async () => {
    const path = await write([['first']]);
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(5000)]));
    expect(await reread()).toEqual(['first']);
  });

  it('is cut off although the disk kept a later part of the same write', async () => {
    const path = await write([['first'], ['second', 'third', 'fourth']]);
    await damage(path, (await readFile(path)).indexOf('third'));
    expect(await reread()).toEqual(['first', 'second']);
  });

  it('is cut off although a value in it is a copy of a log', async () => {
    const other = await embeddedLogOnDisk();
    const copied = await readFile(await write([['a'], ['b'], ['c'], ['d']], other));
    await other.remove();
    const log = await disk.open();
    await log.createTopic(purchases);
    await log.append(TOPIC, 0, recordsOf('first'));
    await log.append(TOPIC, 0, [{ key: Buffer.from('key'), value: copied, headers: [] }]);
    await log.close();
    const path = (await disk.segmentPaths())[0] ?? '';
    await damage(path, (await readFile(path)).indexOf('key'));
    expect(await reread()).toEqual(['first']);
  });

  it('may be the header of a segment that was about to begin', async () => {
    const path = await write([['first']]);
    const size = (await stat(path)).size;
    for (const length of [0, 7, 16]) {
      await writeFile(join(disk.segmentFolder, `${'1'.padStart(20, '0')}.log`), Buffer.alloc(length));
      expect(await reread()).toEqual(['first']);
      expect((await stat(path)).size).toBe(size);
    }
  });
});

describe('damage to what was acknowledged', () => {
  it('is an error that names file and byte, and changes nothing', async () => {
    const path = await write([['first'], ['second'], ['third']]);
    const at = (await readFile(path)).indexOf('second');
    await damage(path, at);
    const before = await readFile(path);
    const opened = disk.open();
    await expect(opened).rejects.toThrow(CorruptLogError);
    await expect(opened).rejects.toThrow(`${path} is damaged at byte ${at - BEFORE_VALUE_BYTES}`);
    expect(await readFile(path)).toEqual(before);
  });

  it('is found in a closed segment by whoever reads it, after the good records before it', async () => {
    const small = await embeddedLogOnDisk({ segmentBytes: 100 });
    await write([['first'], ['second'], ['third'], ['fourth'], ['fifth']], small);
    const [path = ''] = await small.segmentPaths();
    await damage(path, (await readFile(path)).indexOf('second'));
    const log = await small.open();
    const reader = await log.openReader(TOPIC, 'group');
    const limits = { maxRecords: 1, maxBytes: 1e6, waitMs: 0 };
    expect(await reader.poll(limits)).toHaveLength(1);
    await expect(reader.poll(limits)).rejects.toThrow(path);
    await log.close();
    await small.remove();
  });

  it('is a segment that is missing between others', async () => {
    const small = await embeddedLogOnDisk({ segmentBytes: 60 });
    await write([['first'], ['second'], ['third'], ['fourth'], ['fifth']], small);
    const [before = '', missing = ''] = await small.segmentPaths();
    await rm(missing);
    await expect(small.open()).rejects.toThrow(before);
    await small.remove();
  });

  it('is a file of committed offsets that is none, and the error says which', async () => {
    await write([['first']]);
    const log = await disk.open();
    const reader = await log.openReader(TOPIC, 'group');
    await reader.poll({ maxRecords: 1, maxBytes: 1, waitMs: 0 });
    await reader.commit(new Map([[0, 1]]));
    await log.close();
    const path = join(disk.dir, 'groups', TOPIC, 'group.json');
    // A crash in the middle of a commit leaves the old file and a part of the new one.
    await copyFile(path, `${path}.new`);
    await truncate(`${path}.new`, 3);
    const again = await disk.open();
    expect(await again.committedOffsets(TOPIC, 'group')).toEqual([1]);
    await again.close();
    await writeFile(path, '{"0":');
    const damaged = await disk.open();
    await expect(damaged.openReader(TOPIC, 'group')).rejects.toThrow(path);
    await damaged.close();
  });
});

describe('an index', () => {
  it('is recreated where it is missing or damaged', async () => {
    const small = await embeddedLogOnDisk({ segmentBytes: 60 });
    await write([['first'], ['second'], ['third'], ['fourth'], ['fifth']], small);
    const [first = '', second = ''] = await small.segmentPaths();
    await rm(first.replace('.log', '.index'));
    await damage(second.replace('.log', '.index'), 3);
    const log = await small.open();
    expect(await valuesIn(log, 'group')).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
    await log.close();
    expect((await stat(first.replace('.log', '.index'))).size).toBeGreaterThan(0);
    await small.remove();
  });
});
