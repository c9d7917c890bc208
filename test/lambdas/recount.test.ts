import { describe, expect, it } from 'vitest';
import { createHandler as createOffsets, type StreamOffsets } from '../../lambdas/offsets/handler.ts';
import { createHandler } from '../../lambdas/recount/handler.ts';
import { instrumentedRecount } from '../../lambdas/recount/instrumented.ts';
import { askedMetrics } from '../../lib/pipeline/meter/asked-metrics.ts';
import type { LakeCoverage } from '../../lib/pipeline/meter/lake-coverage.ts';
import type { OffsetRanges } from '../../lib/pipeline/offset-ranges.ts';
import { contracts } from '../support/fixture-project.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';

const STREAM = 'shop.purchases';
const purchases = contracts.filter(({ name }) => name === STREAM);
const metrics = askedMetrics(purchases, { windowSeconds: 60 });
const ENOUGH = { getRemainingTimeInMillis: () => 900_000 };

/** A lake whose every offset is one event without groups; `covered` is what readers see of kafka partition 0. */
function recounted({ covered, committed }: { covered: OffsetRanges; committed: number }) {
  const store = memoryMetricStore();
  const seen = { nowMs: 0, looks: 0, covered, committed, alsoCommitted: null as number | null, hangs: false };
  const coverage = (): LakeCoverage => ({
    covered: seen.covered,
    newestTimestampMs: 5_000,
    highWater: null,
    hours: [{ dt: '2026-01-31', hour: 13, covered: seen.covered, amended: [], amendedSources: null, made: 0 }],
  });
  const handler = createHandler({
    contracts: purchases,
    topics: new Map(),
    incarnations: new Map(),
    metrics,
    store,
    lake: {
      coverageOf: async () => {
        seen.looks += 1;
        return coverage();
      },
      rows: {
        greatestEventTime: async () => '2026-01-31 13:00:00.000000',
        fold: async ({ ranges }, { measures }) => {
          if (seen.hangs) await new Promise(() => {});
          const count = BigInt(ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0));
          return [{ name: '[]', label: null, values: measures.map(() => count) }];
        },
      },
      windowRetentionSeconds: 3_600,
    },
    offsets: async (): Promise<readonly StreamOffsets[]> => [
      { stream: STREAM, committed: [seen.committed, seen.alsoCommitted], ends: [seen.committed, 0] },
    ],
    clock: { now: () => seen.nowMs },
  });
  const counted = async (kafkaPartition = 0) => {
    const id = metrics.find(({ definition }) => definition.name === 'purchases')?.definition.id ?? '';
    const shard = { stream: STREAM, incarnation: 0, kafkaPartition };
    const { entries } = await store.entries(shard, id, { limit: 10 });
    return entries.map(({ values }) => Number(values[0]));
  };
  return { handler, seen, counted };
}

describe('what live metrics lack', () => {
  it('is counted from the lake up to what the meter’s group has committed, and then there is nothing to do', async () => {
    const { handler, seen, counted } = recounted({ covered: [[0, 99]], committed: 80 });
    expect(await handler({}, ENOUGH)).toEqual({ recounted: 80, uncounted: 0 });
    expect(await counted()).toEqual([80]);
    const { looks } = seen;
    expect(await handler({}, ENOUGH)).toEqual({ recounted: 0, uncounted: 0 });
    expect(seen.looks).toBe(looks);
  });

  it('is counted again from the beginning where a stream is to be rebuilt, and no row twice', async () => {
    const { handler, counted } = recounted({ covered: [[0, 99]], committed: 80 });
    await handler({}, ENOUGH);
    await handler({ rebuild: [STREAM] }, ENOUGH);
    expect(await counted()).toEqual([80]);
  });

  it('and the lake does not have is looked for less and less often, until something changes', async () => {
    const { handler, seen, counted } = recounted({ covered: [[10, 19]], committed: 20 });
    expect(await handler({}, ENOUGH)).toEqual({ recounted: 10, uncounted: 10 });
    const looksDuring = async (minutes: number) => {
      const { looks, nowMs } = seen;
      for (let minute = 5; minute <= minutes; minute += 5) {
        seen.nowMs = nowMs + minute * 60_000;
        expect(await handler({}, ENOUGH)).toMatchObject({ uncounted: 10 });
      }
      return seen.looks - looks;
    };
    expect(await looksDuring(24 * 60)).toBeLessThan(10);
    expect(await looksDuring(24 * 60)).toBeLessThanOrEqual(2);
    // What is missing beside it is counted at once.
    seen.covered = [[10, 29]];
    seen.committed = 30;
    expect(await handler({}, ENOUGH)).toEqual({ recounted: 10, uncounted: 10 });
    expect(await counted()).toEqual([20]);
  });

  it('is left to the next run where the time is nearly over', async () => {
    const { handler, counted } = recounted({ covered: [[0, 99]], committed: 80 });
    expect(await handler({}, { getRemainingTimeInMillis: () => 30_000 })).toEqual({ recounted: 0, uncounted: 80 });
    expect(await handler({}, ENOUGH)).toEqual({ recounted: 80, uncounted: 0 });
    expect(await counted()).toEqual([80]);
  });

  it('of a rebuild that runs out of time is a gap in every shard, which the next run counts', async () => {
    const { handler, counted } = recounted({ covered: [[0, 99]], committed: 80 });
    await handler({}, ENOUGH);
    const ending = { getRemainingTimeInMillis: () => 30_000 };
    expect(await handler({ rebuild: [STREAM] }, ending)).toEqual({ recounted: 0, uncounted: 80 });
    expect(await counted()).toEqual([]);
    expect(await handler({}, ENOUGH)).toMatchObject({ uncounted: 0 });
    expect(await counted()).toEqual([80]);
  });

  it('of a rebuild that is killed at its first shard is a gap in the others, too, which the next run counts', async () => {
    const { handler, seen, counted } = recounted({ covered: [[0, 99]], committed: 80 });
    seen.alsoCommitted = 50;
    await handler({}, ENOUGH);
    expect(await counted(1)).toEqual([50]);
    seen.hangs = true;
    void handler({ rebuild: [STREAM] }, ENOUGH);
    await expect.poll(() => counted(1)).toEqual([]);
    seen.hangs = false;
    await handler({}, ENOUGH);
    expect([await counted(0), await counted(1)]).toEqual([[80], [50]]);
  });

  it.each([
    [['shop.nothing'], /rebuild: expected streams that have live metrics \(shop\.purchases\), found "shop\.nothing"/],
    ['shop.purchases', /rebuild: expected a list of streams, found "shop\.purchases"/],
  ])('of %j is nothing that could be rebuilt, and the answer says so', async (rebuild, message) => {
    const { handler } = recounted({ covered: [], committed: 0 });
    await expect(handler({ rebuild: rebuild as readonly string[] }, ENOUGH)).rejects.toThrow(message);
  });

  it('in a run that failed is in its log, once', async () => {
    const lines: unknown[] = [];
    const recount = async () => {
      throw new Error('S3 GetObject s3://bucket/lake/x: SlowDown');
    };
    const clock = { now: () => 0 };
    const handler = instrumentedRecount({ recount, clock, log: (line) => void lines.push(line) });
    await expect(handler({}, ENOUGH)).rejects.toThrow(/SlowDown/);
    expect(lines).toEqual([expect.objectContaining({ level: 'ERROR', found: expect.stringContaining('SlowDown') })]);
  });
});

it('how far the meter has read is said of each stream that has live metrics, by the topic’s own name', async () => {
  const asked: string[] = [];
  const handler = createOffsets({
    contracts,
    topics: new Map([[STREAM, 'purchases']]),
    groupOwner: 'weir-dev',
    log: {
      committedOffsets: async (topic, group) => {
        asked.push(`${topic} ${group}`);
        return [3, null];
      },
      endOffsets: async () => [5, 0],
    },
  });
  expect(await handler()).toContainEqual({ stream: STREAM, committed: [3, null], ends: [5, 0] });
  expect(asked).toContain('purchases weir-dev-meter-shop.purchases');
});
