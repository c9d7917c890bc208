import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { bodyFor } from '../../support/known-body.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CHILD = fileURLToPath(new URL('../../support/put-in-a-loop.ts', import.meta.url));
const KILLS = 30;
/** Two cores: so many processes at a time start and write in a bearable time. */
const AT_ONCE = 3;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** Lets a writer run until it has written something and a random moment has passed; then it is killed. */
async function writeUntilKilled(dir: string, writer: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dir, String(writer)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const acknowledged = collectLines(child);
  await Promise.race([once(child.stdout, 'data'), closed]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  child.kill('SIGKILL');
  const [, signal] = await closed;
  expect(signal).toBe('SIGKILL');
  return acknowledged();
}

function collectLines(child: ChildProcess): () => readonly string[] {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  // What stands behind the last line break was not written to its end.
  return () => text.split('\n').slice(0, -1);
}

it(`every object is whole, and every acknowledged one is there, after ${KILLS} writers were killed`, async () => {
  const dir = join(folder.path, 'lake');
  const acknowledged: string[] = [];
  for (let writer = 0; writer < KILLS; writer += AT_ONCE) {
    const writers = Array.from({ length: AT_ONCE }, (_, at) => writeUntilKilled(dir, writer + at));
    acknowledged.push(...(await Promise.all(writers)).flat());
  }
  const store = directoryObjectStore(dir);
  const keys = await store.list('');
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  expect(acknowledged.filter((key) => !keys.includes(key))).toEqual([]);
  for (const key of keys) {
    const { bytes } = await store.readTail(key, 1_000_000);
    expect(Buffer.compare(bytes, bodyFor(key)), key).toBe(0);
  }
  // The next writer is rid of what the killed ones left aside.
  await store.putIfAbsent('t/after', new Uint8Array(), {});
  expect(await readdir(join(dir, '.aside'))).toEqual([]);
}, 60_000);
