import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { StatementError, type Warehouse, WarehouseUnavailableError } from '../../../lib/pipeline/ports.ts';
import { dialects } from '../../../lib/pipeline/transform/dialect.ts';
import { LEASE_STATEMENTS, withLease } from '../../../lib/pipeline/transform/lease.ts';

const { lease } = dialects.redshift;

/** What a run is told whose transaction fails at its statement `index`, those of the lease counted in. */
async function told(index: number): Promise<unknown> {
  if (lease === null) throw new Error('expected Redshift to have a lease');
  const warehouse: Warehouse = {
    dialect: 'redshift',
    query: async () => [{ holder: 'me' }],
    run: async ({ name }) => {
      if (name === 'model') throw new StatementError(index, 'ERROR: usage limit reached');
    },
    close: async () => undefined,
  };
  const run = withLease({ warehouse, clock: systemClock, runner: 'me' }, lease, (leased) =>
    leased.run({ name: 'model', statements: [], reads: [] }),
  );
  return run.catch((error: unknown) => error);
}

describe('a transaction that fails under a lease', () => {
  it('has lost it only where the look at it failed', async () => {
    expect(await told(1)).toBeInstanceOf(WarehouseUnavailableError);
    expect(await told(1)).toMatchObject({ message: expect.stringMatching(/another run has the warehouse/) });
    for (const index of [0, 2]) {
      expect(await told(index)).toBeInstanceOf(WarehouseUnavailableError);
      expect(await told(index)).toMatchObject({ message: 'model: ops.lease: ERROR: usage limit reached' });
    }
  });

  it('reports its own statements by their own numbers', async () => {
    expect(await told(LEASE_STATEMENTS)).toMatchObject({ index: 0, message: 'ERROR: usage limit reached' });
  });
});

/** A warehouse whose lease has these holders, one a question, the last one from then on; and a clock that only sleeps move. */
function leased(...holders: readonly (string | null)[]) {
  if (lease === null) throw new Error('expected Redshift to have a lease');
  const effects: string[] = [];
  let asked = 0;
  let nowMs = 0;
  const warehouse: Warehouse = {
    dialect: 'redshift',
    query: async () => {
      const holder = holders[Math.min(asked++, holders.length - 1)] ?? null;
      return holder === null ? [] : [{ holder, expires_at: '2026-01-31 10:05:00', now: '2026-01-31 10:00:00' }];
    },
    run: async ({ name }) => {
      effects.push(name);
    },
    close: async () => undefined,
  };
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
      effects.push(`sleep ${ms}`);
    },
  };
  const run = (work: () => Promise<string>) => withLease({ warehouse, clock, runner: 'me' }, lease, work);
  return { effects, run, warehouse, sleptMs: () => nowMs };
}

describe('a lease', () => {
  it('that another run has is waited for, and the work begins when it is free', async () => {
    const { effects, run } = leased('other', 'other', 'me');
    expect(await run(async () => `after ${effects.length} effects`)).toBe('after 5 effects');
    expect(effects).toEqual([
      'ops.lease: take, attempt 1',
      'sleep 2000',
      'ops.lease: take, attempt 2',
      'sleep 2000',
      'ops.lease: take, attempt 3',
      'ops.lease: release',
    ]);
  });

  it('that stays another run’s for half a minute refuses the run, which does nothing and deletes no lease', async () => {
    const { effects, run, sleptMs } = leased('other');
    const refused = run(() => Promise.reject(new Error('expected not to begin')));
    await expect(refused).rejects.toThrow(WarehouseUnavailableError);
    await expect(refused).rejects.toThrow(
      /another run has the warehouse: other, until 2026-01-31 10:05:00 .*it is 2026-01-31 10:00:00 there.*nothing was run/,
    );
    expect(sleptMs()).toBe(30_000);
    expect(effects).not.toContain('ops.lease: release');
  });

  it('that ended between taking and looking is taken again at once', async () => {
    const { effects, run } = leased(null, 'me');
    await run(async () => 'done');
    expect(effects).toEqual(['ops.lease: take, attempt 1', 'ops.lease: take, attempt 2', 'ops.lease: release']);
  });

  it('is released when the work is done, and when it fails, whose error it leaves as it is', async () => {
    const { effects, run } = leased('me');
    await run(async () => 'done');
    expect(effects.at(-1)).toBe('ops.lease: release');
    effects.length = 0;
    await expect(run(() => Promise.reject(new Error('the work’s own')))).rejects.toThrow('the work’s own');
    expect(effects.at(-1)).toBe('ops.lease: release');
  });

  it('that cannot be released ends by itself: the work is done all the same', async () => {
    const { run, warehouse } = leased('me');
    const take = warehouse.run;
    warehouse.run = (transaction) =>
      transaction.name.endsWith('release') ? Promise.reject(new WarehouseUnavailableError('away')) : take(transaction);
    expect(await run(async () => 'done')).toBe('done');
  });
});
