import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { duckdbRowEncoder } from '../../../lib/adapters/duckdb/row-encoder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function encodeOnce(): Promise<void> {
  const encoder = duckdbRowEncoder({ dir: `${folder.path}/work`, memoryMegabytes: 64, codec: 'snappy' });
  const encoded = await encoder.encode({
    select: { selectList: ['"n"'], lineColumns: { n: 'INTEGER' }, fieldIds: { n: 7 } },
    lines: Buffer.from('{"n":1}\n'),
    longestLineBytes: 7,
    constants: { incarnation: 0, kafkaPartition: 0, contractVersion: 1 },
    footer: { test: 'row encoder' },
  });
  expect('body' in encoded).toBe(true);
}

it('an encoder that nobody needs any more goes without a warning', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.message);
  process.on('warning', listen);
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  await encodeOnce();
  for (let round = 0; round < 5; round += 1) {
    await sleep(20);
    collectGarbage();
  }
  await sleep(50);
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
