import { describe, expect, it } from 'vitest';
import {
  createHandler,
  type TransformEvent,
  TransformFailedError,
  type TransformResult,
} from '../../lambdas/transform/handler.ts';
import { scheduled } from '../../lambdas/transform/scheduled.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';

const NOTHING: TransformResult = {
  hours: 0,
  published: 0,
  unchanged: 0,
  stopped: 0,
  failures: [],
  cutShort: false,
  lateSeconds: 0,
};
const hour = { dt: '2026-01-31', hour: 13 };
const failure = (brokenTest: string | null) => ({ model: 'prod.dim_product', hour, brokenTest, message: 'why' });
const TIME = '2026-01-31T15:05:00Z';
const event = { scheduledTime: TIME, lookBackHours: 24 } as const;

function handled(run: (signal: AbortSignal) => Promise<TransformResult>) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const attempts: string[] = [];
  const handle = scheduled({
    run: (attempt, _event: TransformEvent, signal) => {
      attempts.push(attempt);
      return run(signal);
    },
    lastModelTakesMs: 30_000,
    clock: { now: () => 9_000 },
    log: (line) => void lines.push(line),
  });
  const call = (given: unknown = event, remainingMs = 900_000) =>
    handle(given as typeof event, { getRemainingTimeInMillis: () => remainingMs });
  return { call, lines, attempts };
}

describe('a scheduled run', () => {
  it('is named by its scheduled time, also when it comes late or twice, and reported in one line', async () => {
    const { call, lines, attempts } = handled(async () => ({ ...NOTHING, published: 3 }));
    await call();
    await call();
    expect(attempts).toEqual([TIME, TIME]);
    expect(lines.length).toBe(2);
    expect(lines[0]).toMatchObject({
      level: 'INFO',
      message: 'transformed',
      scheduledTime: TIME,
      lookBackHours: 24,
      published: 3,
      TransformFailures: 0,
      DataTestFailures: 0,
      TransformLateness: 0,
    });
    expect(lines[0]).not.toHaveProperty('failures');
  });

  it('with models that failed has done its work: they are named and counted, and Lambda has nothing to repeat', async () => {
    const result = { ...NOTHING, lateSeconds: 3900, failures: [failure(null), failure('unique: id')] };
    const { call, lines } = handled(() => Promise.reject(new TransformFailedError(result)));
    expect(await call()).toEqual(result);
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        failures: [
          { model: 'prod.dim_product', hour: '2026-01-31T13', brokenTest: null, message: 'why' },
          { brokenTest: 'unique: id' },
        ],
        TransformFailures: 2,
        DataTestFailures: 1,
        TransformLateness: 3900,
      },
    ]);
  });

  it('that could not run is reported and fails, and has no metrics but Lambda’s error', async () => {
    const { call, lines } = handled(() => Promise.reject(new Error('Redshift is away')));
    await expect(call()).rejects.toThrow('Redshift is away');
    expect(lines).toMatchObject([{ level: 'ERROR', scheduledTime: TIME, found: 'Redshift is away' }]);
    expect(lines[0]).not.toHaveProperty('_aws');
  });

  it('is asked to stop while the last model may still end', async () => {
    const stops: number[] = [];
    const { call, lines } = handled(async (signal) => {
      const startedMs = performance.now();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stops.push(performance.now() - startedMs);
      return { ...NOTHING, cutShort: true };
    });
    await call(event, 30_100);
    expect(stops[0]).toBeGreaterThan(50);
    expect(stops[0]).toBeLessThan(5_000);
    expect(lines).toMatchObject([
      { level: 'WARN', cutShort: true, message: expect.stringMatching(/next run continues/) },
    ]);
  });

  it.each([
    [{ lookBackHours: 24 }, 'nothing'],
    [{ scheduledTime: '<aws.scheduler.scheduled-time>', lookBackHours: 24 }, '"<aws.scheduler.scheduled-time>"'],
  ])('without a time is refused: %j', async (given, found) => {
    const { call, attempts } = handled(async () => NOTHING);
    await expect(call(given)).rejects.toThrow(
      `scheduledTime: expected a time such as 2026-01-31T13:05:00Z, found ${found}`,
    );
    expect(attempts).toEqual([]);
  });
});

describe('the handler', () => {
  const nowMs = Date.UTC(2026, 0, 31, 15, 30);
  const closed: string[] = [];
  const handler = createHandler({
    graph: modelGraph([], []),
    warehouse: {
      dialect: 'duckdb',
      run: async () => undefined,
      query: async () => [],
      close: async () => void closed.push('closed'),
    },
    catalog: { partition: async () => undefined, partitions: async () => [] },
    store: { list: async () => [], readTail: () => Promise.reject(new Error('there is no object')) },
    clock: { now: () => nowMs, sleep: async () => undefined },
    windowSeconds: 60,
  });

  it('that is stopped at once reports that, and that the oldest hour that it was to look at is late', async () => {
    const result = await handler({ lookBackHours: 3 }, AbortSignal.abort());
    // 13:00 to 14:00 is the oldest of three hours at half past three.
    expect(result).toMatchObject({ hours: 0, cutShort: true, lateSeconds: 90 * 60 });
    expect(closed).toEqual(['closed']);
  });

  it('that comes to its end is neither cut short nor late', async () => {
    expect(await handler({ lookBackHours: 3 })).toMatchObject({ cutShort: false, lateSeconds: 0 });
    expect(await handler({ lookBackHours: 'all' })).toMatchObject({ cutShort: false, lateSeconds: 0 });
  });

  it.each([0, -1, 1.5, 10_001, '24', null, undefined])('refuses %j hours', async (lookBackHours) => {
    await expect(handler({ lookBackHours } as TransformEvent)).rejects.toThrow(
      `lookBackHours: expected a whole number from 1 to 10000, or "all", found ${JSON.stringify(lookBackHours) ?? 'nothing'}`,
    );
  });
});
