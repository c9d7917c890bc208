import pLimit from 'p-limit';
import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../adapters/embedded/file-catalog.ts';
import type { LakeChain, LakeHourFigures, LakeObject, LakePorts, LakeTableName } from '../../api/lake-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { DEAD_LETTERS, lakeTable, type TableName } from '../../derive/names.ts';
import { type HourOfTable, tableFolder } from '../../derive/table-partition.ts';
import type { Catalog, Clock } from '../../pipeline/ports.ts';
import { parseSlotName } from '../../pipeline/slot.ts';
import { hourText, parseHour } from '../../pipeline/transform/hours.ts';
import { readAuditReport } from '../audit-report.ts';
import type { DataFolder } from '../folder/data-folder.ts';
import { type CountedBytes, countBytes } from './count-bytes.ts';
import {
  bytesOf,
  type ChainOfHour,
  chainsOfHour,
  factsOf,
  type HourObjects,
  type HourStore,
  hourObjects,
} from './hour-objects.ts';

export interface LocalLakeHoursOptions {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  readonly clock: Pick<Clock, 'now'>;
}

/** Hours read concurrently. */
const HOURS_AT_ONCE = 16;
/** The figures kept of hours that have not changed: 14 days of 60 tables. */
const MAX_KEPT_HOURS = 20_000;
/** A registered hour is looked up in the catalogue again after this. */
const REGISTERED_FOR_MS = 60_000;
const MAX_LISTED = 200;
const MAX_RANGES = 20;

/** The lake of a data folder. Hours that have not changed are not read again. */
export function localLakeHours({ folder, contracts, clock }: LocalLakeHoursOptions): LakePorts['lake'] {
  const store = directoryObjectStore(folder.lake);
  const tables = tablesOf(contracts);
  const catalog = fileCatalog(folder.catalog);
  const figures = keptFigures(store, catalog, clock.now);
  return {
    today: () => new Date(clock.now()).toISOString().slice(0, 10),
    async days(from, to) {
      const places = await pLimit(HOURS_AT_ONCE).map(tables, async ({ table }) =>
        (await hoursOf(store, table, from, to)).map((hour) => ({ table, hour })),
      );
      const hours = await pLimit(HOURS_AT_ONCE).map(places.flat(), async ({ table, hour }) =>
        figures(await hourObjects(store, table, hour)),
      );
      return { from, to, tables: tables.map(({ shown }) => shown), hours };
    },
    async hour(name, text) {
      const known = tables.find(({ table }) => table.table === name);
      const hour = givenHour(text, clock.now());
      if (known === undefined || hour === null) return null;
      const objects = await hourObjects(store, known.table, hour);
      if (objects.generations.size === 0) return null;
      const partition = await catalog.partition(known.table, hour);
      const { chains } = await chainsOfHour(store, objects);
      return {
        ...(await figures(objects)),
        ...{ name: known.shown.name, location: partition?.location ?? null },
        generations: [...objects.generations].map(([generation, keys]) => ({ generation, objects: keys.length })),
        chains: chains.map(shownChain),
        listed: await pLimit(HOURS_AT_ONCE).map(objects.keys.slice(0, MAX_LISTED), (key) => shownObject(store, key)),
      };
    },
    lastAudit: () => readAuditReport(folder.auditFile),
  };
}

interface KnownTable {
  readonly table: TableName;
  readonly shown: LakeTableName;
}

function tablesOf(contracts: readonly Contract[]): readonly KnownTable[] {
  const known = (table: TableName, stream: string | null) => {
    return { table, shown: { table: table.table, name: `${table.database}.${table.table}`, stream } };
  };
  return [...contracts.map((contract) => known(lakeTable(contract), contract.name)), known(DEAD_LETTERS, null)];
}

/** Null for a text that is no hour, or one that has not begun. */
function givenHour(text: string, nowMs: number): HourOfTable | null {
  try {
    return parseHour(text, nowMs);
  } catch {
    // parseHour only throws for such a text.
    return null;
  }
}

/** The hours of a table in these days, from the names of folders, ascending. */
async function hoursOf(store: HourStore, table: TableName, from: string, to: string): Promise<readonly HourOfTable[]> {
  const days = (await store.listFolders(tableFolder(table))).map((name) => name.replace('dt=', ''));
  const wanted = days.filter((dt) => dt >= from && dt <= to);
  const hours = await pLimit(HOURS_AT_ONCE).map(wanted, async (dt) => {
    const names = await store.listFolders(`${tableFolder(table)}dt=${dt}/`);
    return names.filter((name) => /^hour=\d\d$/.test(name)).map((name) => ({ dt, hour: Number(name.slice(5)) }));
  });
  return hours.flat();
}

interface KeptHour {
  /** Of the objects. */
  readonly state: string;
  readonly figures: LakeHourFigures;
  readonly sizes: CountedBytes;
  readonly readAtMs: number;
}

/** The figures of an hour, computed once for each state of its objects. */
function keptFigures(store: HourStore, catalog: Catalog, nowMs: () => number) {
  const kept = new Map<string, KeptHour>();
  return async (objects: HourObjects): Promise<LakeHourFigures> => {
    const { table, hour, keys, current } = objects;
    const name = `${table.table} ${hourText(hour)}`;
    // Objects are immutable, and a current generation only grows.
    const state = `${current} ${keys.length} ${keys.at(-1)}`;
    const before = kept.get(name);
    const isKnown = before?.state === state;
    if (isKnown && before.figures.registered && nowMs() - before.readAtMs < REGISTERED_FOR_MS) return before.figures;
    const registered = (await catalog.partition(table, hour))?.generation === current;
    const sizes = isKnown ? before.sizes : await countBytes(store, objects, before?.sizes);
    const counted = isKnown ? before.figures : await readFigures(store, objects, sizes);
    const figures = { ...counted, registered };
    kept.delete(name);
    kept.set(name, { state, figures, sizes, readAtMs: nowMs() });
    if (kept.size > MAX_KEPT_HOURS) kept.delete(kept.keys().next().value as string);
    return figures;
  };
}

async function readFigures(
  store: HourStore,
  objects: HourObjects,
  { bytes }: CountedBytes,
): Promise<Omit<LakeHourFigures, 'registered'>> {
  const { table, hour, keys, current } = objects;
  const { chains, compactedRows, isDamaged } = await chainsOfHour(store, objects);
  const rows = isDamaged ? null : chains.reduce((sum, { counts }) => sum + counts.rows, 0);
  const isCompacted = current > 0;
  return {
    ...{ table: table.table, hour: hourText(hour), generation: current, compacted: isCompacted },
    ...{ rows, objects: keys.length, bytes },
    late: !isCompacted ? 0 : rows === null || compactedRows === null ? null : rows - compactedRows,
  };
}

function shownChain({
  stream,
  incarnation,
  kafkaPartition,
  covered,
  counts,
  newestTimestampMs,
}: ChainOfHour): LakeChain {
  const { rows, rejected, repeated } = counts;
  return {
    ...{ stream, incarnation, kafka_partition: kafkaPartition },
    ...{ covered: covered.slice(0, MAX_RANGES), covered_ranges: covered.length, rows, rejected, repeated },
    newest: newestTimestampMs < 0 ? null : new Date(newestTimestampMs).toISOString(),
  };
}

async function shownObject(store: HourStore, key: string): Promise<LakeObject> {
  const object = key.slice(key.lastIndexOf('/') + 1);
  const bytes = (await bytesOf(store, key)) ?? null;
  const slot = parseSlotName(object);
  const place = { kafka_partition: slot?.kafkaPartition ?? null, slot: slot?.slot ?? null };
  // Only the first part of a compaction has facts.
  if (/^compact-\d+\.parquet$/.test(object)) return { object, kind: 'part', bytes, ...place, offsets: [] };
  const facts = await factsOf(store, key);
  const offsets = facts === undefined || facts.kind === 'compact' ? [] : facts.own.slice(0, MAX_RANGES);
  return { object, kind: facts?.kind ?? 'damaged', bytes, ...place, offsets };
}
