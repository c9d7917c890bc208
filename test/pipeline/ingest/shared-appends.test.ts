import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppendOutcome, sharedAppends } from '../../../lib/pipeline/ingest/shared-appends.ts';
import { RecordTooLargeError } from '../../../lib/pipeline/ports.ts';
import { recordBytes } from '../../../lib/pipeline/record-queue.ts';
import { type Append, recordedAppends } from '../../support/recorded-appends.ts';

const record = (value: string) => ({ key: null, value: Buffer.from(value), headers: [] });
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function appendTo(appends: ReturnType<typeof sharedAppends>, kafkaPartition: number, value: string) {
  return new Promise<AppendOutcome>((resolve) => appends.append(kafkaPartition, record(value), resolve));
}

describe('shared appends', () => {
  it('give each record the offset that it has, in the order of the calls, however requests are cut', async () => {
    const calls = fc.array(fc.record({ kafkaPartition: fc.nat(2), pause: fc.boolean(), size: fc.nat(200) }));
    const limits = fc.record({
      maxRecords: fc.integer({ min: 1, max: 5 }),
      maxBytes: fc.integer({ min: 1, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(calls, limits, async (calls, limits) => {
        const { log, values, appends: sent } = recordedAppends(3, turn);
        const appends = sharedAppends(log, 't', limits);
        const outcomes: Promise<AppendOutcome>[] = [];
        for (const [index, { kafkaPartition, pause, size }] of calls.entries()) {
          outcomes.push(appendTo(appends, kafkaPartition, `${index} ${'x'.repeat(size)}`));
          if (pause) await turn();
        }
        const offsets = await Promise.all(outcomes);
        for (const [index, { kafkaPartition }] of calls.entries()) {
          expect(values(kafkaPartition)[Number(offsets[index])]).toMatch(new RegExp(`^${index} `));
        }
        for (const kafkaPartition of [0, 1, 2]) {
          const order = values(kafkaPartition).map((value) => Number.parseInt(value, 10));
          expect(order).toEqual([...order].sort((left, right) => left - right));
        }
        expect(appends.waitingBytes()).toBe(0);
        for (const { records } of sent) {
          const bytes = records.reduce((sum, one) => sum + recordBytes(one), 0);
          expect(records.length === 1 || (records.length <= limits.maxRecords && bytes <= limits.maxBytes)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('send what came while a request was in flight as one', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { log, appends: sent } = recordedAppends(1, () => opened);
    const appends = sharedAppends(log, 't');
    const first = appendTo(appends, 0, 'first');
    await turn();
    const others = ['a', 'b', 'c'].map((value) => appendTo(appends, 0, value));
    expect(appends.waitingBytes()).toBeGreaterThan(0);
    open();
    expect(await Promise.all([first, ...others])).toEqual([0, 1, 2, 3]);
    expect(sent.map(({ records }) => records.length)).toEqual([1, 3]);
  });

  it('acknowledge nothing of a request that failed, and continue with the next', async () => {
    const failure = new Error('no leader');
    let calls = 0;
    const { log } = recordedAppends(1, () => {
      if (++calls === 1) throw failure;
    });
    const appends = sharedAppends(log, 't');
    expect(await Promise.all([appendTo(appends, 0, 'a'), appendTo(appends, 0, 'b')])).toEqual([failure, failure]);
    expect(await appendTo(appends, 0, 'c')).toBe(0);
    expect(appends.waitingBytes()).toBe(0);
  });

  it('refuse only the records that are too large for the topic, wherever they stand', async () => {
    const tooLarge = new RecordTooLargeError('too large');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), async (areLarge) => {
        const refuseLarge = ({ records }: Append) => {
          if (records.some(({ value }) => value?.toString().startsWith('large'))) throw tooLarge;
        };
        const { log, values } = recordedAppends(1, refuseLarge);
        const appends = sharedAppends(log, 't');
        const outcomes = await Promise.all(
          areLarge.map((isLarge, index) => appendTo(appends, 0, `${isLarge ? 'large' : 'small'} ${index}`)),
        );
        expect(outcomes.map((outcome) => outcome === tooLarge)).toEqual(areLarge);
        expect(values()).toEqual(areLarge.flatMap((isLarge, index) => (isLarge ? [] : [`small ${index}`])));
      }),
      { numRuns: 60 },
    );
  });
});
