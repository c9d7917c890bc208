import { describe, expect, it } from 'vitest';
import { type Answer, EVERY_MS, type PollState, poll } from '../../../web/model/poll.ts';

/** What is shown while a server answers these, one after the other; an error is an answer that does not come. */
async function shownFor(answers: readonly (Answer<string> | Error)[], options: { readonly tookMs?: number } = {}) {
  const shown: PollState<string>[] = [];
  const asked: (string | null)[] = [];
  const slept: number[] = [];
  let nowMs = 1_000_000;
  await poll<string>(
    {
      async ask(etag) {
        const answer = answers[asked.length];
        asked.push(etag);
        nowMs += options.tookMs ?? 0;
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no further answer');
        return answer;
      },
      clock: {
        now: () => nowMs,
        async sleep(ms) {
          slept.push(ms);
          nowMs += ms;
        },
      },
      everyMs: EVERY_MS,
      untilVisible: async () => {},
      show: (state) => shown.push(state),
    },
    () => shown.length === answers.length,
  );
  return { shown, asked, slept };
}

const answer = (body: string | null, etag = 'v1', dateMs = 1_000_000) => ({ body, etag, dateMs });

describe('polling', () => {
  it('asks every two seconds for what is new, and keeps what has not changed', async () => {
    const { shown, asked, slept } = await shownFor([answer('one'), answer(null), answer('two', 'v2')], { tookMs: 300 });
    expect(shown.map(({ body }) => body)).toEqual(['one', 'one', 'two']);
    expect(asked).toEqual([null, 'v1', 'v1']);
    expect(slept[0]).toBe(EVERY_MS - 300);
  });

  it('asks at once after an answer that took longer than that', async () => {
    const { slept } = await shownFor([answer('one'), answer('two')], { tookMs: 5000 });
    expect(slept[0]).toBe(0);
  });

  it('keeps figures while the server is away, says since when, and continues', async () => {
    const away = new Error('the server cannot be reached');
    const { shown } = await shownFor([answer('one'), away, away, answer('two')]);
    expect(shown.map(({ status, body }) => [status, body])).toEqual([
      ['live', 'one'],
      ['stale', 'one'],
      ['stale', 'one'],
      ['live', 'two'],
    ]);
    expect(shown[2]?.failure).toEqual({ sinceMs: 1_002_000, message: away.message });
    expect(shown[2]?.asOfMs).toBe(1_000_000);
    expect(shown[3]?.failure).toBeNull();
  });

  it('has no figures where the server never answered', async () => {
    const { shown } = await shownFor([new Error('no answer')]);
    expect(shown[0]).toMatchObject({ status: 'failed', body: null, asOfMs: null });
  });

  it('shows the server’s clock, where the reader’s goes wrong', async () => {
    const { shown } = await shownFor([answer('one', 'v1', 5_000_000), answer('two', 'v1', 5_001_100)]);
    expect(shown.map(({ nowMs }) => nowMs)).toEqual([5_000_000, 5_002_000]);
  });
});
