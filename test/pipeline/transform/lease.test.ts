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

  it('tells of its own statements by their own numbers', async () => {
    expect(await told(LEASE_STATEMENTS)).toMatchObject({ index: 0, message: 'ERROR: usage limit reached' });
  });
});
