import { describe, expect, it } from 'vitest';
import type { ResourceRequest } from '../../lambdas/custom-resource.ts';
import { createHandler, type PublishedFile, type SiteFolder } from '../../lambdas/publish/handler.ts';

const files: Readonly<Record<string, PublishedFile>> = {
  'app.js': { body: 'run()', type: 'text/javascript' },
  'index.html': { body: '<script src="app.js">', type: 'text/html' },
  'style.css': { body: 'p {}', type: 'text/css' },
};
const CONFIG = '{"signIn":null,"pages":["now"]}';

/** A bucket's folder that records every effect; `failAt` fails the effect with that number. */
function site(before: readonly string[] = []) {
  const kept = new Map(before.map((name) => [name, 'old']));
  const effects: string[] = [];
  const state = { failAt: Number.POSITIVE_INFINITY };
  const effect = (text: string) => {
    if (effects.length >= state.failAt) throw new Error('S3 is away');
    effects.push(text);
  };
  const folder: SiteFolder = {
    list: async () => [...kept.keys()],
    async put(name, { body }) {
      effect(`put ${name}`);
      kept.set(name, body);
    },
    async remove(name) {
      effect(`remove ${name}`);
      kept.delete(name);
    },
  };
  return { handle: createHandler({ files, folder: () => folder }), kept, effects, state };
}

const request = (type: ResourceRequest['type'], properties = { Bucket: 'site', Config: CONFIG }): ResourceRequest => ({
  type,
  properties,
  physicalId: type === 'Create' ? undefined : 'site',
});

describe('publishing the dashboard', () => {
  it('writes the page after everything that it loads, then removes what an earlier version had', async () => {
    const { handle, effects, kept } = site(['app.js', 'gone.js']);
    expect(await handle(request('Create'))).toEqual({ physicalId: 'site' });
    expect(effects.slice(-2)).toEqual(['put index.html', 'remove gone.js']);
    expect(Object.fromEntries(kept)).toEqual({
      'app.js': 'run()',
      'config.json': CONFIG,
      'index.html': '<script src="app.js">',
      'style.css': 'p {}',
    });
  });

  it('ends the same after a failure at any effect and a repetition', async () => {
    const whole = site(['gone.js']);
    await whole.handle(request('Update'));
    for (let failAt = 0; failAt < whole.effects.length; failAt += 1) {
      const one = site(['gone.js']);
      one.state.failAt = failAt;
      await expect(one.handle(request('Update'))).rejects.toThrow('S3 is away');
      one.state.failAt = Number.POSITIVE_INFINITY;
      await one.handle(request('Update'));
      expect(one.kept).toEqual(whole.kept);
    }
  });

  it('removes everything with the resource, so that the bucket is empty, and again nothing', async () => {
    const { handle, kept } = site(['index.html', 'gone.js']);
    await handle(request('Delete'));
    expect(kept.size).toBe(0);
    expect(await handle(request('Delete'))).toEqual({ physicalId: 'site' });
  });

  it.each(['Bucket', 'Config'])('a request without %s fails by name, and writes nothing', async (name) => {
    const { handle, effects } = site();
    const properties = { Bucket: 'site', Config: CONFIG, [name]: '' };
    await expect(handle(request('Create', properties))).rejects.toThrow(new RegExp(`^${name}: expected`));
    expect(effects).toEqual([]);
  });
});
