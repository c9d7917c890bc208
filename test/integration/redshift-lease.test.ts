import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { WarehouseUnavailableError } from '../../lib/pipeline/ports.ts';
import { LEASE_SECONDS } from '../../lib/pipeline/transform/lease.ts';
import { LAKE_OF_LEASES, runWithLease } from '../support/lease-runner.ts';
import { type DataApi, startDataApi } from '../support/servers/data-api.ts';
import { postgresServer } from '../support/servers/postgres.ts';
import { redshiftObjects } from '../support/servers/redshift-on-postgres.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const RUNS = 9;
const PROGRAM = join(import.meta.dirname, '../support/programs/run-with-lease.ts');

/** A promise, and what resolves it. */
function gateway() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

await describeWithServer(postgresServer, (postgres) => {
  let api: DataApi;
  let postgresClient: Client;
  const sql = async (text: string) => (await postgresClient.query(text)).rows;
  const published = () =>
    sql("select count(*)::int as n, count(distinct ran_at)::int as times from ops.runs where outcome = 'succeeded'");
  /** Moves the warehouse's own clock on, and nobody else's. */
  const setWarehouseClock = (aheadSeconds: number) =>
    sql(`create or replace function getdate() returns timestamp language sql volatile
         as $$ select clock_timestamp() at time zone 'UTC' + interval '${aheadSeconds} seconds' $$`);

  beforeAll(async () => {
    api = await startDataApi(postgres().url);
    postgresClient = new Client({ connectionString: postgres().url });
    await postgresClient.connect();
  });
  beforeEach(async () => {
    for (const text of [...redshiftObjects, ...LAKE_OF_LEASES]) await sql(text);
    for (const schema of ['ops', 'staging']) await sql(`drop schema if exists ${schema} cascade`);
  });
  afterAll(async () => {
    await postgresClient.end();
    await api.stop();
  });

  it('lets whole runs of two runners follow each other, also when they find an empty warehouse', async () => {
    const order: string[] = [];
    const runs = ['a', 'b'].map((runner) => runWithLease(api.endpoint, runner, () => void order.push(runner)));
    for (const counts of await Promise.all(runs)) expect(counts).toMatchObject({ published: RUNS, failures: [] });
    const [first, second] = order[0] === 'a' ? ['a', 'b'] : ['b', 'a'];
    expect(order).toEqual([...Array(RUNS).fill(first), ...Array(RUNS).fill(second)]);
    expect(await sql('select * from ops.lease')).toEqual([]);
  });

  it('refuses a run while another is running, and says whose it is and until when', async () => {
    const gate = gateway();
    const begun = gateway();
    const slow = runWithLease(api.endpoint, 'slow', () => {
      begun.resolve();
      return gate.promise;
    });
    await begun.promise;
    const refused = runWithLease(api.endpoint, 'other');
    await expect(refused).rejects.toThrow(WarehouseUnavailableError);
    await expect(refused).rejects.toThrow(/another run has the warehouse: slow, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
    gate.resolve();
    expect(await slow).toMatchObject({ published: RUNS });
    expect(await published()).toMatchObject([{ n: RUNS }]);
  });

  it('takes over from a killed runner when its lease has ended by the warehouse’s clock, and not before', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, api.endpoint, 'killed'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let begun = 0;
    for await (const lines of child.stdout) {
      begun += String(lines).split('\n').length - 1;
      if (begun >= 3) child.kill('SIGKILL');
    }
    if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    await expect(runWithLease(api.endpoint, 'next')).rejects.toThrow(/another run has the warehouse: killed/);
    await setWarehouseClock(LEASE_SECONDS + 1);
    expect(await runWithLease(api.endpoint, 'next')).toMatchObject({ published: RUNS, failures: [] });
    expect(await sql('select id from staging.third order by id')).toEqual([{ id: 'e10' }, { id: 'e11' }, { id: 'e9' }]);
  });

  it('keeps a runner that woke up late from publishing anything, or saying anything in the ledger', async () => {
    const gate = gateway();
    const asleep = gateway();
    let left = 4;
    const zombie = runWithLease(api.endpoint, 'zombie', () => {
      if (--left > 0) return;
      asleep.resolve();
      return gate.promise;
    });
    await asleep.promise;
    await setWarehouseClock(LEASE_SECONDS + 1);
    await sql("update lake.events set id = id || ' as the next one saw it'");
    expect(await runWithLease(api.endpoint, 'next')).toMatchObject({ published: RUNS });
    const before = await sql('select * from ops.runs order by model, hour_start');
    await sql("update lake.events set id = 'as the zombie would see it'");
    gate.resolve();
    await expect(zombie).rejects.toThrow(WarehouseUnavailableError);
    await expect(zombie).rejects.toThrow(/the lease of this run ended and another run has the warehouse/);
    expect(await sql('select * from ops.runs order by model, hour_start')).toEqual(before);
    expect(await sql("select id from staging.first where id not like '%the next one%'")).toEqual([]);
  });

  it('continues with its own lease when it woke up late and nobody took over', async () => {
    let left = 4;
    const counts = await runWithLease(api.endpoint, 'slow', async () => {
      if (--left === 0) await setWarehouseClock(LEASE_SECONDS + 1);
    });
    expect(counts).toMatchObject({ published: RUNS, failures: [] });
  });
});
