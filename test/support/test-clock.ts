import type { Clock } from '../../lib/pipeline/ports.ts';

/** A clock that only advances on request. */
export interface TestClock extends Clock {
  /** Advances by `ms`, waking each sleeper at its time and letting it run before the next one. */
  advance(ms: number): Promise<void>;
  /** Moves the time forward at once, as after a suspension of the machine; sleepers wake with the next advance. */
  jump(ms: number): void;
  /** The durations requested by sleepers, in order, in milliseconds. */
  readonly slept: readonly number[];
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export function testClock(startMs = Date.UTC(2026, 0, 31, 13)): TestClock {
  let nowMs = startMs;
  let sleepers: Sleeper[] = [];
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    jump: (ms) => {
      nowMs += ms;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        slept.push(ms);
        if (signal?.aborted) return resolve();
        const wake = () => {
          signal?.removeEventListener('abort', wake);
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        };
        const sleeper: Sleeper = { atMs: nowMs + ms, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (let next = earliest(sleepers, untilMs); next !== undefined; next = earliest(sleepers, untilMs)) {
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}

function earliest(sleepers: readonly Sleeper[], untilMs: number): Sleeper | undefined {
  const due = sleepers.filter(({ atMs }) => atMs <= untilMs);
  return due.reduce<Sleeper | undefined>((first, one) => (first && first.atMs <= one.atMs ? first : one), undefined);
}

/** Runs everything that waits for no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
