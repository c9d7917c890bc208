/**
 * A process to be killed: puts objects of known content into a directory store, several at a time, until it ends. `node
 * --import tsx put-in-a-loop.ts <dir> <writer>`; prints a line for each object that the store has acknowledged.
 */
import { directoryObjectStore } from '../../lib/adapters/embedded/directory-object-store.ts';
import { bodyFor } from './known-body.ts';

const [dir, writer] = process.argv.slice(2);
if (dir === undefined || writer === undefined) throw new Error('expected <dir> <writer>');

const store = directoryObjectStore(dir);
const AT_ONCE = 4;

async function putForever(lane: number): Promise<never> {
  for (let at = lane; ; at += AT_ONCE) {
    // Half of the keys are shared with every other process: objects that it left must be complete.
    const name = at % 2 === 0 ? 'shared' : `own-${writer}`;
    const key = `t/hour=${String(at % 24).padStart(2, '0')}/${name}-${String(at).padStart(6, '0')}.parquet`;
    await store.putIfAbsent(key, bodyFor(key), {});
    process.stdout.write(`${key}\n`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => putForever(lane)));
