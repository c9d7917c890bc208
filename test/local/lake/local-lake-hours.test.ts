import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../lib/api/create-api.ts';
import { type LakeDays, type LastAudit, lakeRoutes, type WholeHour } from '../../../lib/api/lake-routes.ts';
import { served } from '../../../lib/api/route.ts';
import { writeAuditReport } from '../../../lib/local/audit-report.ts';
import { dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { localLakeHours } from '../../../lib/local/lake/local-lake-hours.ts';
import { HOUR_MS, laptopCompactor } from '../../support/compactor.ts';
import { contracts } from '../../support/fixture-project.ts';
import { ONE_O_CLOCK } from '../../support/laptop-sink.ts';

const HOUR = '2026-01-31T13';
const PURCHASES = `/lake/shop_purchases/${HOUR}`;

describe('the routes of the lake', () => {
  let lake: Awaited<ReturnType<typeof laptopCompactor>>;
  let api: ReturnType<typeof createApi>;
  beforeAll(async () => {
    lake = await laptopCompactor();
    // Every fourth record is invalid, and the second batch is delivered twice.
    await lake.take(0, 8);
    for (let time = 0; time < 2; time++) await lake.take(8, 4);
    await lake.take(0, 4, { kafkaPartition: 1 });
    await lake.take(12, 4, { timestampMs: ONE_O_CLOCK + HOUR_MS });
    const ports = localLakeHours({ folder: dataFolder(lake.sink.folder), contracts, clock: lake.clock });
    api = createApi({
      routes: served(lakeRoutes, { lake: ports }),
      report: (error) => expect(error).toBeUndefined(),
    });
  });
  afterAll(() => lake.sink.remove());

  async function ask<T>(path: string, init?: RequestInit) {
    const response = await api.request(path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as T };
  }
  const bytesIn = ({ listed }: WholeHour) => listed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const ofTable = ({ hours }: LakeDays, table: string) => hours.filter((hour) => hour.table === table);

  it('answer the hours of two days: rows, objects and bytes of those that the lake has', async () => {
    const { body } = await ask<LakeDays>('/lake');
    expect([body.from, body.to]).toEqual(['2026-01-30', '2026-01-31']);
    expect(body.tables).toContainEqual({
      ...{ table: 'shop_purchases', name: 'lake.shop_purchases', stream: 'shop.purchases' },
    });
    expect(body.tables.map(({ stream }) => stream)).toEqual([...contracts.map(({ name }) => name), null]);
    expect(ofTable(body, 'shop_purchases')).toMatchObject([
      { hour: HOUR, rows: 12, objects: 3, registered: true, generation: 0, compacted: false, late: 0 },
      { hour: '2026-01-31T14', rows: 3, objects: 1 },
    ]);
    expect(ofTable(body, 'dead_letters').map(({ rows }) => rows)).toEqual([4, 1]);
    const { body: hour } = await ask<WholeHour>(PURCHASES);
    expect(ofTable(body, 'shop_purchases')[0]?.bytes).toBe(bytesIn(hour));
  });

  it('answer one hour: the offsets that each chain covers, and the objects that added them', async () => {
    const { body } = await ask<WholeHour>(PURCHASES);
    expect(body).toMatchObject({
      ...{ name: 'lake.shop_purchases', location: 'shop_purchases/dt=2026-01-31/hour=13/g=0/' },
      generations: [{ generation: 0, objects: 3 }],
      chains: [
        {
          ...{ stream: 'shop.purchases', kafka_partition: 0, covered: [[0, 11]], covered_ranges: 1 },
          ...{ rows: 9, rejected: 3, newest: '2026-01-31T13:00:00.000Z' },
        },
        { kafka_partition: 1, covered: [[0, 3]], rows: 3, rejected: 1 },
      ],
      listed: [
        { kind: 'rows', kafka_partition: 0, slot: 0, offsets: [[0, 7]] },
        { kind: 'rows', kafka_partition: 0, slot: 1, offsets: [[8, 11]] },
        { kind: 'rows', kafka_partition: 1, slot: 0, offsets: [[0, 3]] },
      ],
    });
  });

  it('are answered 304 until an object is added, and show it then', async () => {
    const etag = (await ask('/lake')).headers.get('etag') ?? '';
    expect((await ask('/lake', { headers: { 'if-none-match': etag } })).status).toBe(304);
    await lake.take(12, 2);
    const { status, body } = await ask<LakeDays>('/lake', { headers: { 'if-none-match': etag } });
    const found = ofTable(body, 'shop_purchases')[0];
    expect([status, found?.rows]).toEqual([200, 14]);
    expect(found?.bytes).toBe(bytesIn((await ask<WholeHour>(PURCHASES)).body));
  });

  it('show a compacted hour with the same rows in one object, and rows that came after it as late', async () => {
    await lake.compact();
    const compacted = ofTable((await ask<LakeDays>('/lake')).body, 'shop_purchases')[0];
    expect(compacted).toMatchObject({
      rows: 14,
      objects: 1,
      generation: 1,
      compacted: true,
      late: 0,
      registered: true,
    });
    await lake.take(14, 1);
    const { body } = await ask<WholeHour>(PURCHASES);
    expect(body).toMatchObject({ rows: 15, objects: 2, late: 1 });
    expect(body.listed.map(({ kind }) => kind)).toEqual(['compact', 'rows']);
    expect(body.chains.map(({ covered }) => covered)).toEqual([[[0, 14]], [[0, 3]]]);
    expect(body.generations.map(({ generation }) => generation)).toEqual([0, 1]);
  });

  it('show an object that cannot be read as damaged, and its figures as not known', async () => {
    const { body } = await ask<WholeHour>('/lake/shop_purchases/2026-01-31T14');
    const [object] = body.listed;
    await writeFile(join(lake.sink.folder, 'lake', body.location ?? '', object?.object ?? ''), 'no Parquet');
    const after = (await ask<WholeHour>('/lake/shop_purchases/2026-01-31T14')).body;
    expect(after).toMatchObject({ chains: [], listed: [{ kind: 'damaged', bytes: 10 }] });
    // Another process, which has not kept the figures.
    const fresh = localLakeHours({ folder: dataFolder(lake.sink.folder), contracts, clock: lake.clock });
    expect(await fresh.hour('shop_purchases', '2026-01-31T14')).toMatchObject({ rows: null, late: 0, bytes: 10 });
  });

  it('say within a minute that an hour is no longer registered', async () => {
    await rm(join(lake.sink.folder, 'catalog', 'lake', 'dead_letters'), { recursive: true });
    await lake.clock.advance(60_000);
    const { body } = await ask<LakeDays>('/lake');
    expect(ofTable(body, 'dead_letters').map(({ registered }) => registered)).toEqual([false, false]);
    expect(ofTable(body, 'shop_purchases').map(({ registered }) => registered)).toEqual([true, true]);
    expect((await ask<WholeHour>(`/lake/dead_letters/${HOUR}`)).body.location).toBeNull();
  });

  it('answer the days that are asked for, and no others', async () => {
    expect((await ask<LakeDays>('/lake?from=2026-01-20&to=2026-01-30')).body.hours).toEqual([]);
    expect((await ask<LakeDays>('/lake?to=2026-02-01')).body).toMatchObject({ from: '2026-01-31', to: '2026-02-01' });
  });

  it.each([
    ['/lake?from=2026-01-01&to=2026-01-31', 400],
    ['/lake?from=2026-01-31&to=2026-01-30', 400],
    ['/lake?from=2026-02-30', 400],
    ['/lake?to=yesterday', 400],
    ['/lake?to=0000-01-01', 400],
    ['/lake/nothing/2026-01-31T13', 404],
    ['/lake/shop_purchases/2026-01-31T23', 404],
    ['/lake/shop_purchases/2999-01-31T13', 404],
    ['/lake/shop_purchases/now', 404],
    ['/lake/..%2Fcatalog/2026-01-31T13', 404],
  ])('GET %s is answered with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  it('answer what the last audit has found, and the command that repairs it; null before the first', async () => {
    const audit = async () => (await ask<{ readonly audit: LastAudit | null }>('/lake/audit')).body.audit;
    expect(await audit()).toBeNull();
    const { auditFile } = dataFolder(lake.sink.folder);
    const finding = { table: 'lake.shop_purchases', hour: { dt: '2026-01-31', hour: 13 }, message: 'why' };
    const [beganMs, endedMs] = [ONE_O_CLOCK, ONE_O_CLOCK + 5000];
    const given = { beganMs, endedMs, stream: null, span: {}, hours: 3, comparedLive: true };
    await writeAuditReport(auditFile, {
      ...given,
      findings: [
        { ...finding, kind: 'unregistered_hour', remedy: 'register it', repair: 'registers the hour' },
        { ...finding, kind: 'lost_object', hour: null, remedy: 'put it back' },
      ],
    });
    expect(await audit()).toEqual({
      ...{ began_at: '2026-01-31T13:00:00.000Z', ended_at: '2026-01-31T13:00:05.000Z' },
      ...{ stream: null, from: null, to: null, hours: 3, compared_live: true },
      findings: [
        {
          ...{ kind: 'unregistered_hour', table: 'lake.shop_purchases', hour: HOUR, message: 'why' },
          ...{ remedy: 'register it', command: `weir repair --from ${HOUR} --to ${HOUR} --apply` },
        },
        {
          ...{ kind: 'lost_object', table: 'lake.shop_purchases', hour: null, message: 'why' },
          ...{ remedy: 'put it back', command: null },
        },
      ],
    });
    await writeFile(auditFile, '{"findings": 7}');
    expect(await audit()).toBeNull();
  });
});
