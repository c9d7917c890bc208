import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileCatalog } from '../../../lib/adapters/embedded/file-catalog.ts';
import { catalogTables, DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { restoreCatalog } from '../../../lib/local/folder/restore-catalog.ts';
import { compactKey } from '../../../lib/pipeline/generation.ts';
import { contracts } from '../../support/fixture-project.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from '../../support/laptop-sink.ts';
import { testClock } from '../../support/test-clock.ts';

const contract = contracts.find(({ alsoKnownAs }) => alsoKnownAs.length > 0);
if (contract === undefined) throw new Error('expected a contract whose table has another name');
const table = lakeTable(contract);
const HOUR_MS = 3_600_000;

describe('a catalogue that was deleted', () => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  beforeEach(async () => {
    sink = await laptopSink();
    const records = [0, HOUR_MS].map((ms) => ({ value: 'no event', timestampMs: ONE_O_CLOCK + ms }));
    await sink.newHandler()(mskEvent(contract.name, records));
  });
  afterEach(() => sink.remove());

  const restore = () => {
    // As a new process has it: an open catalogue takes a moment to notice that its folder is gone.
    const catalog = fileCatalog(join(sink.folder, 'catalog'));
    const clock = testClock(ONE_O_CLOCK + 30 * HOUR_MS);
    return restoreCatalog({ store: sink.store, catalog, contracts, clock, signal: new AbortController().signal });
  };
  const all = async () => {
    const names = [...contracts.flatMap(catalogTables), DEAD_LETTERS];
    return Promise.all(names.map((name) => sink.catalog.partitions(name)));
  };

  it('gets every hour of the lake back, under every name of each table, as the sink had registered it', async () => {
    const before = await all();
    expect(await restore()).toEqual({ hours: 0, tables: 0 });
    await rm(join(sink.folder, 'catalog'), { recursive: true });
    const names = catalogTables(contract).length + 1;
    expect(await restore()).toEqual({ hours: 2 * names, tables: names });
    expect(await all()).toEqual(before);
    // For the models: both hours were over a day ago.
    expect(await sink.store.list('changed/')).toEqual(
      ['13', '14'].map((hour) => `changed/2026-02-01/2026-01-31T${hour}`),
    );
  });

  it('gets the newest complete generation of an hour, and no hour without objects', async () => {
    await rm(join(sink.folder, 'catalog'), { recursive: true });
    const hour = { dt: '2026-01-31', hour: 13 };
    await sink.store.putIfAbsent(compactKey(table, hour, 1), new Uint8Array(1), {});
    await sink.store.putIfAbsent(compactKey(table, hour, 2).replace('compact', 'part'), new Uint8Array(1), {});
    await mkdir(join(sink.folder, 'lake', table.table, 'dt=2026-01-31', 'hour=20', 'g=0'), { recursive: true });
    await restore();
    expect((await sink.catalog.partitions(table)).map((one) => `${one.hour} ${one.generation}`)).toEqual([
      '13 1',
      '14 0',
    ]);
  });
});
