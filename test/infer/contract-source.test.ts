import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inferStream } from '../../lib/infer/infer-stream.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NOW_MS = Date.parse('2026-01-31T13:00:00Z');
const LONG = 'a_rather_long_name_of_a_field_that_leaves_little_room_on_its_line';

async function* sampleOf(events: readonly object[]) {
  for (const [index, event] of events.entries()) {
    yield { place: `line ${index + 1}`, bytes: Buffer.from(JSON.stringify(event)) };
  }
}

/** A sample of each form that a contract's file can have. */
const samples: Readonly<Record<string, readonly object[]>> = {
  flat: [{ id: 'a', at: '2026-01-31T12:00:00Z', n: 1.125, when: 1_767_225_600_123 }],
  nested: [{ id: 1, who: { id: 7, name: 'Ann', tags: ['a'], home: { city: 'Rome', zip: null } } }, { id: 2 }],
  'long-names': [
    { [`${LONG}.with.dots`]: 'a', [LONG]: { [LONG]: 1, [`${LONG}_2`]: { [LONG]: 'x', other: 2.5 } } },
    { [LONG]: null },
  ],
  quoted: [{ "it's": 1, 'a "quote"': 2, 'both \' and "': 3, 'back\\slash': 4, inner: { 'a-b': 1, '10': 2, ok: 3 } }],
  lists: [{ rows: [{ sku: 'a', price: '1.50' }, { sku: 'b' }], prices: { a: 1, b: 2 } }, { prices: { c: 3 } }],
  'every-type': [
    {
      ...{
        b: true,
        bt: 'true',
        d: '2026-01-31',
        e: 1_767_225_600,
        created_at: 1_767_225_600,
        f: 1e300,
        amount: '1.25',
      },
      ...{ total: '1', big: 2 ** 40, odd: [1, 'a'], u: '0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f', empty: {}, none: null },
    },
    { b: false, bt: true, amount: 2, total: 3 },
  ],
};

describe('the file that weir infer writes', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const sources = new Map<string, string>();
  beforeAll(async () => {
    folder = await temporaryFolder();
    for (const [name, events] of Object.entries(samples)) {
      const options = { name, sample: 'sample.ndjson', language: '../lib/index.ts', nowMs: NOW_MS };
      sources.set(name, (await inferStream(sampleOf(events), options)).source);
    }
  });
  afterAll(() => folder.remove());

  it('is as Biome would write it, and has nothing that its linter would say', async () => {
    await cp(join(packageRoot, 'biome.json'), join(folder.path, 'biome.json'));
    await mkdir(join(folder.path, 'streams'));
    for (const [name, source] of sources) await writeFile(join(folder.path, 'streams', `${name}.ts`), source);
    const biome = join(packageRoot, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'check', '--vcs-enabled=false', '--error-on-warnings', '--colors=off', 'streams'];
    const run = promisify(execFile)(process.execPath, args, { cwd: folder.path });
    const { stdout, stderr } = await run.catch((error: { readonly stdout: string; readonly stderr: string }) => error);
    expect(stdout).toContain(`Checked ${sources.size} files`);
    expect(stderr).toBe('');
  });

  it('keeps an object with a __proto__ as JSON: as a member of a struct it would be lost', async () => {
    const event = '{"id":1,"inner":{"__proto__":{"x":1},"y":2}}';
    async function* sample() {
      yield { place: 'line 1', bytes: Buffer.from(event) };
    }
    const options = { name: 'odd', sample: 's', language: 'weir', nowMs: NOW_MS };
    const { source, accepted, contract } = await inferStream(sample(), options);
    expect(accepted).toBe(1);
    expect(contract.fields.inner?.type.kind).toBe('json');
    expect(source).toContain("inner: json(''),");
    expect(source).toContain('__proto__, which no field can be called');
  });
});
