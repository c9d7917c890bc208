import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kafkaPartitionOf } from '../../lib/pipeline/kafka-partition.ts';
import type { RecordToAppend } from '../../lib/pipeline/ports.ts';
import { ProduceError, producer } from '../../lib/pipeline/produce.ts';
import { recordedAppends } from '../support/recorded-appends.ts';

const record = (value: string, key: string | null = null): RecordToAppend => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
  headers: [],
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Waits until `open` is called. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

async function failureOf(promise: Promise<unknown>): Promise<ProduceError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProduceError)) throw new Error(`expected a ProduceError, found ${error}`);
  return error;
}

describe('a producer', () => {
  it('sends every record once, in order within each kafka partition, however it is cut into batches', async () => {
    const sizes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', null), fc.nat(30)), { maxLength: 60 });
    const limits = fc.record({
      maxRecords: fc.integer({ min: 1, max: 7 }),
      maxBytes: fc.integer({ min: 1, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, limits, async (records, limits) => {
        const { log, values } = recordedAppends(3, () => new Promise((resolve) => setImmediate(resolve)));
        const target = await producer({ log, topic: 't', limits, maxWaitingBytes: 600 });
        const expected: string[][] = [[], [], []];
        let keyless = 0;
        for (const [index, [key, size]] of records.entries()) {
          const value = `${index} ${'x'.repeat(size)}`;
          const kafkaPartition = key === null ? keyless++ % 3 : kafkaPartitionOf(Buffer.from(key), 3);
          expected[kafkaPartition]?.push(value);
          await target.send(record(value, key));
        }
        expect(await target.flush()).toBe(records.length);
        expect([0, 1, 2].map((kafkaPartition) => values(kafkaPartition))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps one request in flight per kafka partition', async () => {
    const inFlight = [0, 0];
    const most = [0, 0];
    const { log } = recordedAppends(2, async ({ kafkaPartition }) => {
      inFlight[kafkaPartition] = (inFlight[kafkaPartition] ?? 0) + 1;
      most[kafkaPartition] = Math.max(most[kafkaPartition] ?? 0, inFlight[kafkaPartition] ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight[kafkaPartition] = (inFlight[kafkaPartition] ?? 0) - 1;
    });
    const target = await producer({ log, topic: 't', limits: { maxRecords: 3, maxBytes: 1000 } });
    for (const index of range(100)) await target.send(record(`${index}`));
    await target.flush();
    expect(most).toEqual([1, 1]);
  });

  it('makes one request of what came while another was in flight, within records and bytes', async () => {
    const first = gate();
    const { log, appends } = recordedAppends(1, () => first.opened);
    const target = await producer({ log, topic: 't', limits: { maxRecords: 4, maxBytes: 1000 } });
    for (const index of range(6)) await target.send(record(`${index}`));
    await target.send(record('x'.repeat(5000)));
    await target.send(record('last'));
    first.open();
    await target.flush();
    expect(appends.map(({ records }) => records.length)).toEqual([1, 4, 1, 1, 1]);
  });

  it('holds its caller back while too many bytes wait', async () => {
    const first = gate();
    const { log } = recordedAppends(1, () => first.opened);
    const target = await producer({ log, topic: 't', maxWaitingBytes: 10_000 });
    let taken = 0;
    const sending = (async () => {
      for (const index of range(50)) {
        await target.send(record(`${index} ${'x'.repeat(1000)}`));
        taken += 1;
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(taken).toBeLessThan(10);
    first.open();
    await sending;
    expect(await target.flush()).toBe(50);
  });

  it('says how many were sent when an append fails, sends nothing after it, and never loses count', async () => {
    let calls = 0;
    const { log, values } = recordedAppends(1, () => {
      calls += 1;
      if (calls === 3) throw new Error('disk full');
    });
    const target = await producer({ log, topic: 'shop.purchases', limits: { maxRecords: 10, maxBytes: 100_000 } });
    let taken = 0;
    const sendAll = async () => {
      for (const index of range(1000)) {
        await target.send(record(`${index}`));
        taken += 1;
      }
      await target.flush();
    };
    const failure = await failureOf(sendAll());
    expect(failure.message).toMatch(/cannot append to topic shop\.purchases: disk full \(\d+ records were sent/);
    expect(failure.sent).toBe(values().length);
    expect(failure.sent + failure.unacknowledged).toBe(taken);
    expect(await failureOf(target.flush())).toMatchObject({ sent: failure.sent });
    expect(await failureOf(target.send(record('more')))).toMatchObject({ sent: failure.sent });
    expect(calls).toBe(3);
  });

  it('counts what is in flight elsewhere before it gives up', async () => {
    const slow = gate();
    const { log, values } = recordedAppends(2, async ({ kafkaPartition }) => {
      if (kafkaPartition === 1) throw new Error('leader lost');
      await slow.opened;
    });
    const target = await producer({ log, topic: 't' });
    await target.send(record('in flight'));
    await target.send(record('lost'));
    const failing = failureOf(target.flush());
    slow.open();
    expect(await failing).toMatchObject({ sent: 1, unacknowledged: 1 });
    expect(values()).toEqual(['in flight']);
  });
});
