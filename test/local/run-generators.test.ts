import { describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../lambdas/generate/handler.ts';
import { type RunGeneratorsOptions, runGenerators } from '../../lib/local/run-generators.ts';
import { ProduceError } from '../../lib/pipeline/produce.ts';
import { generators } from '../support/fixture-project.ts';
import { testClock } from '../support/test-clock.ts';

interface Call extends GenerateRequest {
  readonly atMs: number;
}

/** The runner at work over a test clock, with what it asked for and reported. */
function running(options: Partial<RunGeneratorsOptions> = {}) {
  const clock = testClock();
  const startMs = clock.now();
  const stop = new AbortController();
  const calls: Call[] = [];
  const reports: string[] = [];
  const done = runGenerators({
    generators,
    clock,
    signal: stop.signal,
    rate: 1,
    seed: 7,
    random: () => 1,
    notify: ({ kind, what, message }) => reports.push(`${clock.now() - startMs} ${kind}: ${what}: ${message}`),
    ...options,
    generate: async (request) => {
      calls.push({ ...request, atMs: clock.now() - startMs });
      await options.generate?.(request);
    },
  });
  const of = (stream: string) => calls.filter((call) => call.stream === stream);
  const made = (stream: string) => of(stream).reduce((sum, { count }) => sum + count, 0);
  return { clock, stop, calls, reports, done, of, made };
}

const only = (stream: string) => generators.filter((generator) => generator.stream === stream);

describe('runGenerators', () => {
  it('has every stream’s first event made at once', async () => {
    const { clock, stop, calls, done } = running();
    await clock.advance(0);
    expect(calls.map(({ stream, count, atMs }) => [stream, count, atMs])).toEqual(
      generators.map(({ stream }) => [stream, 1, 0]),
    );
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('continues at each stream’s own pace, without drift', async () => {
    const { clock, stop, done, made, of } = running();
    await clock.advance(120_000);
    expect(made('people.profiles')).toBe(3);
    expect(made('shop.transactions')).toBe(13);
    expect(made('chat.rooms')).toBe(121);
    expect(of('search.raw').map(({ atMs }) => atMs)).toEqual(Array.from({ length: 121 }, (_, second) => second * 1000));
    expect(made('shop.purchases')).toBeGreaterThan(150);
    expect(made('shop.purchases')).toBeLessThan(300);
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('makes as many times more as the rate says', async () => {
    const { clock, stop, done, made } = running({ generators: only('chat.rooms'), rate: 5000 });
    await clock.advance(2000);
    expect(Math.abs(made('chat.rooms') - 10_001)).toBeLessThanOrEqual(1);
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('makes up for a slow log', async () => {
    let slow = true;
    const { clock, stop, done, made } = running({
      generators: only('chat.rooms'),
      generate: async () => {
        if (slow) await clock.sleep(3500);
        slow = false;
      },
    });
    await clock.advance(10_000);
    expect(made('chat.rooms')).toBe(11);
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('reports trouble once, tries again ever more rarely, and says when it has passed', async () => {
    let broken = true;
    let attempt = 0;
    const { clock, stop, done, of, reports } = running({
      generators: only('people.profiles'),
      generate: async () => {
        attempt += 1;
        if (!broken) return;
        throw new ProduceError('people.profiles', { sent: attempt, unacknowledged: 1 }, new Error('no broker'));
      },
    });
    await clock.advance(20_000);
    expect(of('people.profiles').map(({ atMs, count }) => [atMs, count])).toEqual([
      [0, 1],
      [1000, 1],
      [3000, 1],
      [7000, 1],
      [15_000, 1],
    ]);
    expect(reports).toEqual(['0 trouble: sending generated events of people.profiles: no broker']);
    broken = false;
    await clock.advance(15_000);
    expect(reports.slice(1)).toEqual(['31000 recovered: sending generated events of people.profiles: ']);
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('does not let one stream’s trouble touch the others', async () => {
    const { clock, stop, done, made } = running({
      generate: async ({ stream }) => {
        if (stream === 'chat.rooms') throw new Error('no such topic');
      },
    });
    await clock.advance(10_000);
    expect(made('search.raw')).toBe(11);
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('does not flood the log with what a long outage kept from being made', async () => {
    let slow = true;
    const { clock, stop, done, made } = running({
      generators: only('chat.rooms'),
      generate: async () => {
        if (slow) await clock.sleep(3_600_000);
        slow = false;
      },
    });
    await clock.advance(3_605_000);
    expect(made('chat.rooms')).toBeLessThan(10);
    stop.abort();
    await clock.advance(1000);
    await done;
  });

  it('continues after the clock was set back', async () => {
    const real = testClock();
    let setBackMs = 0;
    const clock = { now: () => real.now() - setBackMs, sleep: real.sleep };
    const { stop, done, made } = running({ generators: only('chat.rooms'), clock });
    await real.advance(5500);
    setBackMs = 3_600_000;
    await real.advance(5000);
    expect(made('chat.rooms')).toBeGreaterThan(9);
    stop.abort();
    await real.advance(1000);
    await done;
  });

  it('stops at once between events', async () => {
    const { clock, stop, done, calls } = running();
    await clock.advance(5500);
    const before = calls.length;
    stop.abort();
    await done;
    await clock.advance(60_000);
    expect(calls).toHaveLength(before);
  });

  it('stops within a second even when the log does not answer', async () => {
    const { clock, stop, done } = running({ generate: () => new Promise(() => {}) });
    await clock.advance(5000);
    let stopped = false;
    const stopping = done.then(() => {
      stopped = true;
    });
    stop.abort();
    await clock.advance(999);
    expect(stopped).toBe(true);
    await stopping;
  });
});
