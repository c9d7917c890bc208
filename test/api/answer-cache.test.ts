import { describe, expect, it } from 'vitest';
import { answerCache } from '../../lib/api/answer-cache.ts';

/** A cache, and what was computed through it. */
function counted() {
  const cache = answerCache();
  const computed: string[] = [];
  const ask = async (url: string, revision: string, body: string | object = { at: revision }) => {
    const { body: text } = await cache.answer(url, {
      revision,
      answer: async () => {
        computed.push(`${url} ${revision}`);
        return { body };
      },
    });
    return text;
  };
  return { ask, computed };
}

describe('an answer', () => {
  it('is computed once for each path, query and revision', async () => {
    const { ask, computed } = counted();
    for (const revision of ['r1', 'r1', 'r2', 'r2']) {
      expect(await ask('/metrics/users', revision)).toBe(JSON.stringify({ at: revision }));
      await ask('/metrics/users?limit=1', revision);
    }
    expect(computed).toEqual([
      '/metrics/users r1',
      '/metrics/users?limit=1 r1',
      '/metrics/users r2',
      '/metrics/users?limit=1 r2',
    ]);
  });

  it('that failed is computed again', async () => {
    const cache = answerCache();
    const failing = { revision: 'r1', answer: () => Promise.reject(new Error('the store is away')) };
    await expect(cache.answer('/users', failing)).rejects.toThrow('the store is away');
    expect(await cache.answer('/users', { revision: 'r1', answer: async () => ({ body: {} }) })).toEqual({
      body: '{}',
    });
  });

  it('that is long is not kept', async () => {
    const { ask, computed } = counted();
    for (let times = 0; times < 2; times++) await ask('/users', 'r1', 'a'.repeat(70_000));
    expect(computed).toHaveLength(2);
  });

  it.each([
    { what: 'long ones', bodyLength: 60_000, urlLength: 10, many: 200 },
    { what: 'long queries', bodyLength: 10, urlLength: 8_000, many: 1_500 },
    { what: 'short ones', bodyLength: 10, urlLength: 10, many: 20_000 },
  ])('is dropped when newer ones need its memory: $what', async ({ bodyLength, urlLength, many }) => {
    const { ask, computed } = counted();
    const urlOf = (index: number) => `/users?next=${String(index).padStart(urlLength, '0')}`;
    for (let index = 0; index < many; index++) await ask(urlOf(index), 'r1', 'a'.repeat(bodyLength));
    await ask(urlOf(many - 1), 'r1');
    expect(computed).toHaveLength(many);
    await ask(urlOf(0), 'r1');
    expect(computed).toHaveLength(many + 1);
  });
});
