import { type FileHandle, open, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { embeddedLogOnDisk, purchases, recordsOf, TOPIC, valuesIn } from '../../../support/embedded-log.ts';

/** What every open file inherits: the way to a disk that fails, without a seam in the log. */
let files: FileHandle;
let disk: Awaited<ReturnType<typeof embeddedLogOnDisk>>;

beforeEach(async () => {
  const file = await open('/dev/null');
  files = Object.getPrototypeOf(file);
  await file.close();
  disk = await embeddedLogOnDisk();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await disk.remove();
});

const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

async function openWith(...values: readonly string[]) {
  const log = await disk.open();
  await log.createTopic(purchases);
  for (const value of values) await log.append(TOPIC, 0, recordsOf(value));
  const [path = ''] = await disk.segmentPaths();
  return { log, path };
}

/** The next write takes seven bytes, and the one after that finds the disk full. */
function fillDisk(): void {
  const write = files.write;
  const spy = vi.spyOn(files, 'write');
  spy.mockImplementationOnce(function (this: FileHandle, ...[bytes, offset, , position]: unknown[]) {
    return Reflect.apply(write, this, [bytes, offset, 7, position]);
  });
  spy.mockRejectedValueOnce(noSpace());
}

describe('a full disk', () => {
  it('fails the append with what to do, leaves nothing of it, and later appends work', async () => {
    const { log, path } = await openWith('first');
    const { size } = await stat(path);
    fillDisk();
    await expect(log.append(TOPIC, 0, recordsOf('second', 'third'))).rejects.toThrow(
      /cannot append to .*\.log: the disk is full: free some space \(ENOSPC\)/,
    );
    expect((await stat(path)).size).toBe(size);
    expect(await log.append(TOPIC, 0, recordsOf('fourth'))).toEqual({ firstOffset: 1 });
    expect(await valuesIn(log, 'group')).toEqual(['first', 'fourth']);
    await log.close();
    const again = await disk.open();
    expect(await valuesIn(again, 'other')).toEqual(['first', 'fourth']);
    expect(disk.warnings).toEqual([]);
    await again.close();
  });

  it('is no harm either when the partial write cannot be taken back at once', async () => {
    const { log } = await openWith('first');
    fillDisk();
    vi.spyOn(files, 'truncate').mockRejectedValueOnce(noSpace());
    await expect(log.append(TOPIC, 0, recordsOf('second'))).rejects.toThrow('ENOSPC');
    await log.append(TOPIC, 0, recordsOf('third'));
    await log.close();
    const again = await disk.open();
    expect(await valuesIn(again, 'group')).toEqual(['first', 'third']);
    await again.close();
  });

  it('that shows at fsync only does not have records that may be lost', async () => {
    const { log } = await openWith('first');
    vi.spyOn(files, 'datasync').mockRejectedValueOnce(noSpace());
    await expect(log.append(TOPIC, 0, recordsOf('second'))).rejects.toThrow('ENOSPC');
    expect(await log.endOffsets(TOPIC)).toEqual([1]);
    expect(await log.append(TOPIC, 0, recordsOf('third'))).toEqual({ firstOffset: 1 });
    expect(await valuesIn(log, 'group')).toEqual(['first', 'third']);
    await log.close();
  });

  it('keeps a new segment from beginning, until there is space', async () => {
    await disk.remove();
    disk = await embeddedLogOnDisk({ segmentBytes: 60 });
    const { log } = await openWith('first');
    vi.spyOn(files, 'write').mockRejectedValueOnce(noSpace());
    await log.append(TOPIC, 0, recordsOf('second')).catch(() => {});
    vi.restoreAllMocks();
    const { firstOffset } = await log.append(TOPIC, 0, recordsOf('third'));
    expect((await valuesIn(log, 'group')).slice(firstOffset)).toEqual(['third']);
    await log.close();
    const again = await disk.open();
    expect(await again.endOffsets(TOPIC)).toEqual([firstOffset + 1]);
    await again.close();
  });

  it('fails a commit and keeps the one before', async () => {
    const { log } = await openWith('first', 'second');
    const reader = await log.openReader(TOPIC, 'group');
    await reader.poll({ maxRecords: 2, maxBytes: 1e6, waitMs: 0 });
    await reader.commit(new Map([[0, 1]]));
    vi.spyOn(files, 'sync').mockRejectedValueOnce(noSpace());
    await expect(reader.commit(new Map([[0, 2]]))).rejects.toThrow(/cannot write .*group\.json: the disk is full/);
    expect(await log.committedOffsets(TOPIC, 'group')).toEqual([1]);
    await reader.commit(new Map([[0, 2]]));
    expect(await log.committedOffsets(TOPIC, 'group')).toEqual([2]);
    await log.close();
  });
});
