import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  MAX_NAME_BYTES,
  type MetricChange,
  type MetricEntry,
  type MetricStore,
  type Shard,
} from '../../lib/pipeline/metric-store.ts';

/** A store to check, empty or not. `another` opens the same one a second time. */
export interface MetricStoreUnderTest {
  readonly store: MetricStore;
  readonly another: MetricStore;
  close(): Promise<void>;
}

let shards = 0;
/** One that no other test has touched. */
const freshShard = (): Shard => ({
  stream: `test.metrics${++shards}-${Date.now()}`,
  incarnation: 0,
  kafkaPartition: 0,
});
const entry = (name: string, ...values: (bigint | null)[]): MetricEntry => ({ name, label: null, values });
const change = (entries: readonly MetricEntry[], changed: Partial<MetricChange> = {}): MetricChange => ({
  metric: 'figures-1',
  merges: ['add'],
  entries,
  clear: false,
  dropBelow: null,
  ...changed,
});
const ALL = { limit: 100_000 };

/** What `MetricStore` promises, checked against one implementation. */
export function metricStoreSuite(open: () => Promise<MetricStoreUnderTest>): void {
  let opened: MetricStoreUnderTest;
  let store: MetricStore;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened?.close());

  const entriesOf = async (shard: Shard, metric = 'figures-1') => (await store.entries(shard, metric, ALL)).entries;

  describe('a step', () => {
    it('makes state and entries what it says, at once also for another client', async () => {
      const shard = freshShard();
      expect(await store.read(shard)).toBeNull();
      const changes = [change([entry('["a"]', 3n)]), change([entry('["b"]', 1n)], { metric: 'others-1' })];
      expect(await store.step(shard, { expected: null, next: '{"at":1}', changes })).toBe('done');
      expect(await opened.another.read(shard)).toBe('{"at":1}');
      expect(await opened.another.entries(shard, 'figures-1', ALL)).toEqual({
        state: '{"at":1}',
        entries: [entry('["a"]', 3n)],
      });
      expect(await entriesOf(shard, 'others-1')).toEqual([entry('["b"]', 1n)]);
    });

    it('changes nothing where the state is another than expected, down to the last byte', async () => {
      const shard = freshShard();
      await store.step(shard, { expected: null, next: 'one', changes: [change([entry('["a"]', 1n)])] });
      for (const expected of [null, '', 'on', 'one ', 'One']) {
        const step = { expected, next: 'two', changes: [change([entry('["a"]', 1n)], { clear: true })] };
        expect(await store.step(shard, step)).toBe('changed');
      }
      expect(await store.read(shard)).toBe('one');
      expect(await entriesOf(shard)).toEqual([entry('["a"]', 1n)]);
      expect(await store.step(freshShard(), { expected: 'one', next: 'two', changes: [] })).toBe('changed');
    });

    it('lets one of many at the same moment through, from whatever client', async () => {
      const shard = freshShard();
      await store.step(shard, { expected: null, next: '0', changes: [] });
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          (at % 2 === 0 ? store : opened.another).step(shard, {
            expected: '0',
            next: `by ${at}`,
            changes: [change([entry('["a"]', 1n)])],
          }),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect(await entriesOf(shard)).toEqual([entry('["a"]', 1n)]);
    });

    it('keeps shards apart', async () => {
      const shard = freshShard();
      const others = [
        { ...shard, kafkaPartition: 1 },
        { ...shard, incarnation: 1 },
        { ...shard, kafkaPartition: 10 },
      ];
      for (const [at, one] of [shard, ...others].entries()) {
        await store.step(one, { expected: null, next: `${at}`, changes: [change([entry('["a"]', BigInt(at))])] });
      }
      expect(await store.read({ ...shard, incarnation: 1 })).toBe('2');
      expect(await entriesOf({ ...shard, kafkaPartition: 10 })).toEqual([entry('["a"]', 3n)]);
      expect(await store.shards(shard.stream)).toEqual([shard, others[0], others[2], others[1]]);
      expect(await store.shards(`${shard.stream.slice(0, -1)}`)).toEqual([]);
    });
  });

  describe('merging', () => {
    it('adds, takes the least and the greatest, and lets null be nothing', async () => {
      const shard = freshShard();
      const merges = ['add', 'least', 'greatest', 'add'] as const;
      const steps = [
        entry('["a"]', 1n, 5n, 5n, null),
        entry('["a"]', 2n, -7n, -7n, null),
        entry('["a"]', -10n, null, null, 4n),
        entry('["a"]', 0n, 6n, 6n, -4n),
      ];
      for (const [at, one] of steps.entries()) {
        const expected = at === 0 ? null : String(at - 1);
        await store.step(shard, { expected, next: String(at), changes: [change([one], { merges })] });
      }
      expect(await entriesOf(shard)).toEqual([entry('["a"]', -7n, -7n, 6n, 0n)]);
    });

    it('is exact for numbers of any size and sign', async () => {
      const numbers = fc.oneof(
        fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
        fc.bigInt({ min: -(10n ** 45n), max: 10n ** 45n }),
        fc.constantFrom(0n, 2n ** 53n, -(2n ** 53n), 10n ** 14n, 10n ** 15n - 1n, -(10n ** 15n), 10n ** 38n - 1n),
      );
      const merges = ['add', 'least', 'greatest'] as const;
      await fc.assert(
        fc.asyncProperty(fc.array(numbers, { minLength: 2, maxLength: 6 }), async (values) => {
          const shard = freshShard();
          for (const [at, value] of values.entries()) {
            const expected = at === 0 ? null : String(at - 1);
            const changes = [change([entry('[]', value, value, value)], { merges })];
            await store.step(shard, { expected, next: String(at), changes });
          }
          const least = values.reduce((one, other) => (one < other ? one : other));
          const greatest = values.reduce((one, other) => (one > other ? one : other));
          const sum = values.reduce((one, other) => one + other);
          expect(await entriesOf(shard)).toEqual([entry('[]', sum, least, greatest)]);
        }),
        { numRuns: 150 },
      );
    });

    it('takes more entries than one call of any store has arguments for', async () => {
      const shard = freshShard();
      const many = Array.from({ length: 20_000 }, (_, at) => entry(`["${String(at).padStart(6, '0')}"]`, BigInt(at)));
      await store.step(shard, { expected: null, next: '1', changes: [change(many)] });
      await store.step(shard, { expected: '1', next: '2', changes: [change(many)] });
      const found = await entriesOf(shard);
      expect(found).toHaveLength(many.length);
      expect(found.at(-1)).toEqual(entry('["019999"]', 39_998n));
    });

    it('keeps names and labels of every kind apart', async () => {
      const shard = freshShard();
      const label = `["${'ä'.repeat(5_000)} \\" |"]`;
      const named: readonly MetricEntry[] = [
        entry('["a b"]', 1n),
        entry('["ä😀"]', 2n),
        entry('["a|b","\\n"]', 3n),
        entry('[null,true,-1]', 4n),
        entry('["*?[x]{y}%"]', 5n),
        entry(`["${'x'.repeat(MAX_NAME_BYTES - 4)}"]`, 6n),
        { name: '#00ff', label, values: [7n] },
      ];
      await store.step(shard, { expected: null, next: '1', changes: [change(named)] });
      await store.step(shard, { expected: '1', next: '2', changes: [change(named)] });
      const found = new Map((await entriesOf(shard)).map((one) => [one.name, one]));
      for (const { name, label: its, values } of named) {
        expect(found.get(name)).toEqual({ name, label: its, values: [(values[0] ?? 0n) * 2n] });
      }
    });
  });

  describe('dropping', () => {
    it('clears a metric before it merges, and leaves others', async () => {
      const shard = freshShard();
      const first = [change([entry('["a"]', 1n), entry('["b"]', 1n)]), change([entry('["a"]', 1n)], { metric: 'm-2' })];
      await store.step(shard, { expected: null, next: '1', changes: first });
      const second = [change([entry('["a"]', 5n)], { clear: true })];
      await store.step(shard, { expected: '1', next: '2', changes: second });
      expect(await entriesOf(shard)).toEqual([entry('["a"]', 5n)]);
      expect(await entriesOf(shard, 'm-2')).toEqual([entry('["a"]', 1n)]);
    });

    it('drops what sorts below a name, merged entries included', async () => {
      const shard = freshShard();
      const windows = ['000000000060|["a"]', '000000000120|["a"]', '000000000120|["b"]', '000000000180|["a"]'];
      await store.step(shard, { expected: null, next: '1', changes: [change(windows.map((name) => entry(name, 1n)))] });
      const dropBelow = '000000000120|';
      const late = [entry('000000000060|["b"]', 1n), entry('000000000180|["a"]', 1n)];
      await store.step(shard, { expected: '1', next: '2', changes: [change(late, { dropBelow })] });
      expect(await entriesOf(shard)).toEqual([
        entry('000000000120|["a"]', 1n),
        entry('000000000120|["b"]', 1n),
        entry('000000000180|["a"]', 2n),
      ]);
    });
  });

  describe('reading', () => {
    it('gives pages in the order of the names’ bytes, without gap or repetition', async () => {
      const shard = freshShard();
      const names = [
        '["B"]',
        '["a"]',
        '["a","b"]',
        '["aa"]',
        '["ä"]',
        '["😀"]',
        '["ﬀ"]',
        '[null]',
        '[1]',
        '[10]',
        '[2]',
      ];
      await store.step(shard, { expected: null, next: '1', changes: [change(names.map((name) => entry(name, 1n)))] });
      const ordered = [...names].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      const paged: string[] = [];
      for (;;) {
        const after = paged.at(-1);
        const { entries } = await store.entries(shard, 'figures-1', {
          limit: 2,
          ...(after === undefined ? {} : { after }),
        });
        if (entries.length === 0) break;
        paged.push(...entries.map(({ name }) => name));
      }
      expect(paged).toEqual(ordered);
      const { entries } = await store.entries(shard, 'figures-1', { from: '["a",', before: '["ä"]', limit: 10 });
      expect(entries.map(({ name }) => name)).toEqual(['["a","b"]', '["a"]', '["aa"]']);
    });

    it('sees a shard at one moment, whatever is stepped meanwhile', async () => {
      const shard = freshShard();
      const names = Array.from({ length: 50 }, (_, at) => `["${at}"]`);
      const step = (at: number) =>
        store.step(shard, {
          expected: at === 1 ? null : String(at - 1),
          next: String(at),
          changes: [change(names.map((name) => entry(name, 1n)))],
        });
      let isOver = false;
      const reading = (async () => {
        while (!isOver) {
          const { state, entries } = await opened.another.entries(shard, 'figures-1', ALL);
          const values = new Set(entries.map(({ values }) => String(values[0])));
          if (state !== null) expect([...values]).toEqual([state]);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      for (let at = 1; at <= 40; at++) await step(at);
      isOver = true;
      await reading;
    });

    it('finds nothing where nothing is', async () => {
      const shard = freshShard();
      expect(await store.entries(shard, 'figures-1', ALL)).toEqual({ state: null, entries: [] });
      expect(await store.shards(shard.stream)).toEqual([]);
    });
  });
}
