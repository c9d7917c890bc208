import { join } from 'node:path';
import type { TableName } from '../../derive/names.ts';
import type { Catalog, ObjectStore, TablePartition } from '../../pipeline/ports.ts';
import { directoryObjectStore } from './directory-object-store.ts';

/** The number of markers read concurrently: enough for speed, and below any limit of open files. */
const READ_AT_ONCE = 32;

/** Far more than a location needs. */
const MAX_MARKER_BYTES = 64 * 1024;

const MARKER = /\/dt=(\d{4}-\d{2}-\d{2})\/hour=(\d{2})\/g=(\d+)$/;

/**
 * A catalogue in the folder `dir`: one immutable marker file per table, hour and generation, which contains the
 * location.
 *
 *     dir/lake/shop_purchases/dt=2026-01-31/hour=05/g=0    {"location":"shop_purchases/dt=2026-01-31/hour=05/g=0/"}
 *
 * The highest generation of an hour is current. So registration is idempotent and only moves forward, in any number of
 * processes, without a lock.
 * @throws naming the file and what to do, if the folder cannot be written or read, or has other content.
 */
export function fileCatalog(dir: string): Catalog {
  const markers = directoryObjectStore(dir);
  return {
    async register(table, partition) {
      const body = new TextEncoder().encode(JSON.stringify({ location: partition.location }));
      await markers.putIfAbsent(markerKey(table, partition), body, {});
    },
    async partitions(table) {
      const newest = newestMarkers(await markers.list(`${table.database}/${table.table}/`));
      const partitions: TablePartition[] = [];
      for (let at = 0; at < newest.length; at += READ_AT_ONCE) {
        const some = newest.slice(at, at + READ_AT_ONCE);
        partitions.push(...(await Promise.all(some.map((marker) => readMarker(markers, dir, marker)))));
      }
      return partitions;
    },
    async partition(table, { dt, hour }) {
      const folder = `${table.database}/${table.table}/dt=${dt}/hour=${String(hour).padStart(2, '0')}/`;
      const [newest] = newestMarkers(await markers.list(folder));
      return newest === undefined ? undefined : readMarker(markers, dir, newest);
    },
  };
}

function markerKey({ database, table }: TableName, { dt, hour, generation }: TablePartition): string {
  return `${database}/${table}/dt=${dt}/hour=${String(hour).padStart(2, '0')}/g=${generation}`;
}

interface Marker extends Omit<TablePartition, 'location'> {
  readonly key: string;
}

/** One marker per hour, in key order, which is the order of the hours. */
function newestMarkers(keys: readonly string[]): readonly Marker[] {
  const newest = new Map<string, Marker>();
  for (const key of keys) {
    const [, dt, hour, generation] = MARKER.exec(key) ?? [];
    if (dt === undefined || hour === undefined) continue;
    const marker = { key, dt, hour: Number(hour), generation: Number(generation) };
    const known = newest.get(dt + hour);
    if (known === undefined || known.generation < marker.generation) newest.set(dt + hour, marker);
  }
  return [...newest.values()];
}

async function readMarker(markers: ObjectStore, dir: string, { key, ...hour }: Marker): Promise<TablePartition> {
  const { bytes } = await markers.readTail(key, MAX_MARKER_BYTES);
  return { ...hour, location: locationIn(new TextDecoder().decode(bytes), join(dir, key)) };
}

function locationIn(text: string, path: string): string {
  try {
    const { location } = JSON.parse(text);
    if (typeof location === 'string') return location;
  } catch {
    // Reported below: the text is not a marker's.
  }
  throw new Error(`${path}: expected {"location":"…"}, found something else; write the hour's location into it`);
}
