import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { lakeTable } from '../../lib/derive/names.ts';
import { hourOf, partitionLocation } from '../../lib/derive/table-partition.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { lastHours } from '../../lib/pipeline/transform/hours.ts';
import { hoursDue } from '../../lib/pipeline/transform/hours-due.ts';
import { noteDefinition } from '../../lib/pipeline/transform/schema-plan.ts';
import { transform } from '../../lib/pipeline/transform/transform.ts';
import { lakehouse } from '../../test/support/lakehouse.ts';
import { contracts, generators } from '../../test/support/shipped.ts';

const HOUR_MS = 3_600_000;
const EVENTS = 5;
const FILES_AT_ONCE = 64;

/** The newest hour of a grown lake: the previous hour. */
export const newestHour = hourOf(Date.now() - HOUR_MS);

/**
 * A data folder whose lake can be grown by hours: one hour of all streams came through the pipeline, the others contain
 * its objects under other names. The models have run over the newest hours; the ledger records all others as checked
 * too, as after a daily run.
 */
export async function grownLake(dir: string) {
  const nowMs = Date.now();
  const house = await lakehouse(dir);
  for (const generator of generators) {
    const next = eventSource(generator, 7);
    const events = Array.from({ length: EVENTS }, (_, index) => next(nowMs - HOUR_MS + index));
    await house.produce(generator.stream, nowMs - HOUR_MS, events);
  }
  await house.settle();
  const sources = await Promise.all(
    contracts.map(async (contract) => {
      const table = lakeTable(contract);
      const location = partitionLocation(table, newestHour, 0);
      const [key = ''] = await house.deps.store.list(location);
      return { contract, table, key, name: key.slice(location.length) };
    }),
  );
  await transform(house.deps, { hours: lastHours(nowMs, 2) });
  const { note } = await hoursDue(house.deps);
  const statements = noteDefinition(note.name, note.definition, nowMs);
  await house.warehouse.run({ name: note.name, statements, reads: [] });
  await house.close();

  const { lake, catalog } = dataFolder(dir);
  const copy = async (index: number) => {
    const hour = hourOf(nowMs - HOUR_MS - index * HOUR_MS);
    for (const { table, key, name } of sources) {
      const location = partitionLocation(table, hour, 0);
      await mkdir(join(lake, location), { recursive: true });
      await link(join(lake, key), join(lake, location, name));
      const marker = join(catalog, table.database, location.slice(0, -'/g=0/'.length));
      await mkdir(marker, { recursive: true });
      await writeFile(join(marker, 'g=0'), JSON.stringify({ location }));
    }
  };
  let hours = 1;
  return {
    /** Adds hours, each before the oldest, up to this count. */
    async growTo(count: number): Promise<void> {
      const indexes = Array.from({ length: count - hours }, (_, index) => hours + index);
      await pLimit(FILES_AT_ONCE).map(indexes, copy);
      hours = count;
    },
  };
}
