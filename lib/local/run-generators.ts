import { setMaxListeners } from 'node:events';
import type { GenerateRequest } from '../../lambdas/generate/handler.ts';
import { gaps } from '../generators/gaps.ts';
import type { Generator } from '../generators/generator.ts';
import type { Clock } from '../pipeline/ports.ts';
import { ProduceError } from '../pipeline/produce.ts';
import { type BackOff, backOffMs } from './event-source/back-off.ts';
import { type Notice, troubleReport } from './trouble-report.ts';

export interface RunGeneratorsOptions {
  readonly generators: readonly Generator[];
  readonly generate: (request: GenerateRequest) => Promise<unknown>;
  readonly clock: Clock;
  /** Stops all generators within a second. */
  readonly signal: AbortSignal;
  /** The factor on each stream's rate. */
  readonly rate: number;
  /** The seed for the gaps between events; null is random. */
  readonly seed: number | null;
  /** Randomises the retries of streams that fail together. */
  readonly random: () => number;
  /** Called once when a stream starts to fail, and once when it recovers. */
  readonly notify: (notice: Notice) => void;
}

/** A larger batch would delay the other streams. */
const MAX_AT_ONCE = 1000;
const RETRY: BackOff = { firstMs: 1000, maxMs: 30_000 };
/** Events missed for longer than this, because the machine was suspended or a broker was lost, are not caught up. */
const CATCH_UP_MS = 10_000;
/** How long a stop waits for requests in flight. */
const STOP_MS = 900;

/**
 * Each generator makes its first event immediately and then keeps its own pace without drift. Resolves after `signal`
 * has aborted; never throws.
 */
export async function runGenerators(options: RunGeneratorsOptions): Promise<void> {
  const { generators, clock } = options;
  // A separate signal, because each generator adds a listener, and Node warns above ten.
  const stop = AbortSignal.any([options.signal]);
  setMaxListeners(generators.length + 1, stop);
  const running = Promise.all(generators.map((generator) => runGenerator(generator, { ...options, signal: stop })));
  const stopped = new AbortController();
  await Promise.race([running, aborted(stop).then(() => clock.sleep(STOP_MS, stopped.signal))]);
  stopped.abort();
}

async function runGenerator(generator: Generator, options: RunGeneratorsOptions): Promise<void> {
  const { clock, signal, rate, seed } = options;
  const nextGapMs = gaps(generator, seed);
  const attempt = attempts(generator.stream, options);
  // Times count from the start: milliseconds since 1970 are too large for small gaps to add up exactly.
  const startMs = clock.now();
  const elapsedMs = () => clock.now() - startMs;
  let dueMs = 0;
  while (!signal.aborted) {
    const nowMs = elapsedMs();
    let count = 0;
    while (dueMs <= nowMs && count < MAX_AT_ONCE) {
      dueMs += nextGapMs() / rate;
      count += 1;
    }
    const retryAfterMs = count === 0 ? null : await attempt(count);
    if (retryAfterMs !== null) dueMs = elapsedMs() + retryAfterMs;
    else if (dueMs < elapsedMs() - CATCH_UP_MS) dueMs = elapsedMs();
    // A clock that was set back must not stop the stream.
    else dueMs = Math.min(dueMs, elapsedMs() + generator.everyMs[1] / rate);
    await clock.sleep(Math.max(0, Math.ceil(dueMs - elapsedMs())), signal);
  }
}

/** Makes successive attempts. Returns null after a success, otherwise how many milliseconds to wait before the next. */
function attempts(stream: string, { generate, notify, random, signal }: RunGeneratorsOptions) {
  // After the stop the log is closed, so failures are expected.
  const trouble = troubleReport((notice) => signal.aborted || notify(notice));
  let failures = 0;
  return async (count: number): Promise<number | null> => {
    try {
      await generate({ stream, count });
      trouble.succeeded();
      failures = 0;
      return null;
    } catch (error) {
      // The counts in a ProduceError differ between attempts, even if the trouble is the same.
      trouble.failed(`sending generated events of ${stream}`, error instanceof ProduceError ? error.cause : error);
      failures += 1;
      return backOffMs(RETRY, failures, random);
    }
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
