import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ReplayOptions, replay, replayFiles } from '../../../lib/local/event-files/replay.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const put = (name: string, content: string | Uint8Array) => writeFile(join(folder.path, name), content);

async function replayed(path: string, options: ReplayOptions = {}) {
  const lines: (readonly [string, number, string])[] = [];
  for await (const line of replay(await replayFiles(path), options)) {
    const text = 'refused' in line ? line.refused.reason : Buffer.from(line.bytes).toString();
    lines.push([line.source.file.slice(folder.path.length + 1), line.source.lineNumber, text]);
  }
  return lines;
}

describe('replay', () => {
  it('reads the event files of a directory in the order of their names, compressed ones too, and nothing else', async () => {
    await put('b.jsonl', 'b1\nb2');
    await put('a.ndjson', 'a1\r\n\r\na3\r\n');
    await put('c.json.gz', gzipSync('c1\nc2\n'));
    await put('notes.txt', 'no event');
    await mkdir(join(folder.path, 'd.json'));
    expect(await replayed(folder.path)).toEqual([
      ['a.ndjson', 1, 'a1'],
      ['a.ndjson', 3, 'a3'],
      ['b.jsonl', 1, 'b1'],
      ['b.jsonl', 2, 'b2'],
      ['c.json.gz', 1, 'c1'],
      ['c.json.gz', 2, 'c2'],
    ]);
  });

  it('reads a single file whatever it is called', async () => {
    await put('events', 'one\ntwo\n');
    expect(await replayed(join(folder.path, 'events'))).toHaveLength(2);
  });

  it('gives strings of a megabyte whole', async () => {
    const long = 'ü'.repeat(512 * 1024);
    await put('long.ndjson', `${long}\nshort\n`);
    const lines = await replayed(folder.path);
    expect(lines.map(([, , text]) => text.length)).toEqual([long.length, 5]);
  });

  it('refuses a line above the limit by file and number, and continues', async () => {
    await put('long.ndjson', `ok\n${'x'.repeat(300_000)}\nok\n`);
    expect(await replayed(folder.path, { maxBytes: 1000 })).toEqual([
      ['long.ndjson', 1, 'ok'],
      ['long.ndjson', 2, 'out_of_range'],
      ['long.ndjson', 3, 'ok'],
    ]);
  });

  it('says where it looked when there is nothing to replay', async () => {
    await expect(replayFiles(join(folder.path, 'missing'))).rejects.toThrow(/missing.*ENOENT/);
    await expect(replayFiles(folder.path)).rejects.toThrow(/\*\.ndjson.*found none/);
  });

  it('names the file whose bytes are no gzip', async () => {
    await put('torn.ndjson.gz', gzipSync('x'.repeat(100_000)).subarray(0, 60));
    await expect(replayed(folder.path)).rejects.toThrow(/torn\.ndjson\.gz cannot be read further/);
  });

  it('releases the file when the reader stops early', async () => {
    await put('many.ndjson.gz', gzipSync('x\n'.repeat(200_000)));
    for await (const line of replay(await replayFiles(folder.path))) {
      expect(line.source.lineNumber).toBe(1);
      break;
    }
  });
});
