import { type Clock, type Statement, StatementError, type Warehouse, WarehouseUnavailableError } from '../ports.ts';
import type { Dialect } from './dialect.ts';

/** The runner that may run models: at most one row. `expires_at` is set and compared by the warehouse's clock. */
export const LEASE_TABLE: Readonly<Record<string, readonly string[]>> = {
  'ops.lease': ['holder varchar(256)', 'expires_at timestamp'],
};

/**
 * Longer than one model's hour may take in the deployed function; each renews the lease. A killed runner blocks others
 * for this long.
 */
export const LEASE_SECONDS = 300;

/** How long a run waits for another before it is refused. */
const WAIT_MS = 30_000;
const RETRY_MS = 2_000;

/** The number of statements before every transaction of a run that has a lease. */
export const LEASE_STATEMENTS = 3;
const LOOK = 1;

interface LeaseDeps {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  /** Identifies this runner, and is shown to runners that find the lease taken. */
  readonly runner: string;
}

/**
 * Runs `work` without other runners' runs in between, in a warehouse that does not lock them out itself: whole runs are
 * serialised, not only transactions. In the warehouse that `work` gets, each transaction first checks that the lease is
 * still this runner's, and renews it: a runner that slept until another took over publishes nothing more. Taking over
 * waits for a transaction in progress, because both lock the same table first. A dead runner's lease expires.
 * @throws WarehouseUnavailableError naming the holder of the lease and its end, after waiting for it; also if the lease
 * was lost.
 */
export async function withLease<T>(
  deps: LeaseDeps,
  lease: NonNullable<Dialect['lease']>,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  await take(deps, lease);
  try {
    return await work(leased(deps, lease));
  } finally {
    // If the warehouse is unavailable, the lease expires.
    await deps.warehouse.run(transaction('release', deps.runner, releaseSql(lease))).catch(() => undefined);
  }
}

async function take(deps: LeaseDeps, lease: NonNullable<Dialect['lease']>): Promise<void> {
  const { warehouse, clock, runner } = deps;
  const deadline = clock.now() + WAIT_MS;
  for (let attempt = 1; ; attempt++) {
    await warehouse.run(transaction(`take, attempt ${attempt}`, runner, takeSql(lease)));
    const [found] = await warehouse.query(leaseQuery(lease));
    if (found?.holder === runner) return;
    if (clock.now() >= deadline && found !== undefined) {
      throw new WarehouseUnavailableError(
        `ops.lease: another run has the warehouse: ${found.holder}, until ${found.expires_at} unless renewed (it is ` +
          `${found.now} there); nothing was run; the next run continues, or run this one again`,
      );
    }
    if (found !== undefined) await clock.sleep(RETRY_MS);
  }
}

/** Returns the warehouse with the lease checked in every transaction. */
function leased({ warehouse, runner }: LeaseDeps, lease: NonNullable<Dialect['lease']>): Warehouse {
  const guard = keepSql(lease).map((sql, index) => statement(`keep, statement ${index + 1}`, sql, runner));
  return {
    ...warehouse,
    run: async (inner) => {
      try {
        await warehouse.run({ ...inner, statements: [...guard, ...inner.statements] });
      } catch (error) {
        if (!(error instanceof StatementError)) throw error;
        if (error.index >= LEASE_STATEMENTS) {
          throw new StatementError(error.index - LEASE_STATEMENTS, error.message, { cause: error });
        }
        if (error.index !== LOOK) {
          throw new WarehouseUnavailableError(`${inner.name}: ops.lease: ${error.message}`, { cause: error });
        }
        throw new WarehouseUnavailableError(
          `${inner.name}: the lease of this run ended and another run has the warehouse; expected ops.lease to name ` +
            `${runner}; this run publishes nothing more, and what it had published stays; the other run goes on`,
          { cause: error },
        );
      }
    },
  };
}

export const takeSql = ({ lock, now }: NonNullable<Dialect['lease']>): readonly string[] => [
  lock,
  `delete from ops.lease where expires_at <= ${now} or holder = :holder`,
  `insert into ops.lease (holder, expires_at) select :holder, ${now} + interval '${LEASE_SECONDS} seconds' ` +
    'where not exists (select 1 from ops.lease)',
];

/** The statement at `LOOK` fails if the lease is not this runner's. There are `LEASE_STATEMENTS` of them. */
export const keepSql = ({ lock, now }: NonNullable<Dialect['lease']>): readonly string[] => [
  lock,
  `select cast(case when count(*) = 1 then '1' else 'the lease is another run''s' end as integer) as held ` +
    'from ops.lease where holder = :holder',
  `update ops.lease set expires_at = ${now} + interval '${LEASE_SECONDS} seconds' where holder = :holder`,
];

export const releaseSql = ({ lock }: NonNullable<Dialect['lease']>): readonly string[] => [
  lock,
  'delete from ops.lease where holder = :holder',
];

const text = (time: string) => `to_char(${time}, 'YYYY-MM-DD HH24:MI:SS')`;

export const leaseQuery = ({ now }: NonNullable<Dialect['lease']>): Statement => ({
  name: 'ops.lease: who has it',
  sql: `select holder, ${text('expires_at')} as expires_at, ${text(now)} as now from ops.lease`,
  parameters: {},
});

function transaction(step: string, runner: string, sql: readonly string[]) {
  const statements = sql.map((text, index) => statement(`${step}, statement ${index + 1}`, text, runner));
  return { name: `ops.lease: ${step}`, statements, reads: [] };
}

function statement(step: string, sql: string, holder: string): Statement {
  return { name: `ops.lease: ${step}`, sql, parameters: sql.includes(':holder') ? { holder } : {} };
}
