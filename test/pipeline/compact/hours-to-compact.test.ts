import { expect, it } from 'vitest';
import type { HourOfTable } from '../../../lib/derive/table-partition.ts';
import { changeNotes } from '../../../lib/pipeline/changed-hours.ts';
import { hoursToLookAt } from '../../../lib/pipeline/compact/hours-to-compact.ts';
import { tablesToCompact } from '../../../lib/pipeline/compact/table-to-compact.ts';
import type { ObjectStore } from '../../../lib/pipeline/ports.ts';
import { hourText } from '../../../lib/pipeline/transform/hours.ts';
import { shopPurchases } from '../../fixtures/lake/streams/shop.ts';
import { testClock } from '../../support/test-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const [purchases, letters] = tablesToCompact([shopPurchases]);
if (purchases === undefined || letters === undefined) throw new Error('expected two tables');

/** Which folders were listed, and objects by their keys alone. */
function lake(...keys: string[]) {
  const listed: string[] = [];
  const store: Pick<ObjectStore, 'list' | 'listFolders' | 'putIfAbsent'> = {
    putIfAbsent: async (key) => {
      if (keys.includes(key)) return 'exists';
      keys.push(key);
      return 'created';
    },
    list: async (prefix) => keys.filter((key) => key.startsWith(prefix)).sort(),
    listFolders: async (prefix) => {
      listed.push(prefix);
      const inside = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set(inside.flatMap((rest) => (rest.includes('/') ? (rest.split('/')[0] ?? []) : [])))].sort();
    },
  };
  return { store, listed, clock: testClock(Date.UTC(2026, 1, 10, 13, 20)) };
}

const texts = (hours: readonly HourOfTable[]) => hours.map(hourText);

it('the first look is at every hour that a table has', async () => {
  const ports = lake(
    'shop_purchases/dt=2025-06-01/hour=05/g=0/a.parquet',
    'shop_purchases/dt=2026-02-10/hour=12/g=0/a.parquet',
    'dead_letters/dt=2026-02-09/hour=01/g=0/a.parquet',
  );
  const look = await hoursToLookAt(ports, DAY_MS);
  expect(texts(await look.of(purchases))).toEqual(['2025-06-01T05', '2026-02-10T12']);
  expect(texts(await look.of(letters))).toEqual(['2026-02-09T01']);
});

it('later looks on the day are at the last six hours and at what changed, and list no table', async () => {
  const ports = lake('shop_purchases/dt=2025-06-01/hour=05/g=0/a.parquet');
  await (await hoursToLookAt(ports, DAY_MS)).noteDone();
  await changeNotes(ports)({ dt: '2025-12-24', hour: 3 });
  const look = await hoursToLookAt(ports, DAY_MS);
  expect(texts(await look.of(purchases))).toEqual([
    '2025-12-24T03',
    ...['08', '09', '10', '11', '12', '13'].map((hour) => `2026-02-10T${hour}`),
  ]);
  expect(ports.listed).toEqual([]);
});

it('the first look on another day goes back by what old generations are kept for, and two days', async () => {
  const ports = lake();
  await (await hoursToLookAt(ports, DAY_MS)).noteDone();
  await changeNotes(ports)({ dt: '2025-12-24', hour: 3 });
  await ports.clock.advance(5 * DAY_MS);
  const [changed, first, ...others] = texts(await (await hoursToLookAt(ports, DAY_MS)).of(purchases));
  expect([changed, first, others.at(-1)]).toEqual(['2025-12-24T03', '2026-02-07T00', '2026-02-15T13']);
  expect(others).toHaveLength(8 * 24 + 13);
});

it('a look that nobody has noted as done is made again', async () => {
  const ports = lake();
  await (await hoursToLookAt(ports, DAY_MS)).noteDone();
  await ports.clock.advance(DAY_MS);
  const before = await (await hoursToLookAt(ports, DAY_MS)).of(purchases);
  expect(await (await hoursToLookAt(ports, DAY_MS)).of(purchases)).toEqual(before);
  expect(before.length).toBeGreaterThan(96);
});

it('a clock that was set back looks at the last hours, and at what was noted since', async () => {
  const ports = lake();
  await ports.clock.advance(3 * DAY_MS);
  await (await hoursToLookAt(ports, DAY_MS)).noteDone();
  const back = { ...ports, clock: testClock(Date.UTC(2026, 1, 10, 13, 20)) };
  expect(await (await hoursToLookAt(back, DAY_MS)).of(purchases)).toHaveLength(6);
});
