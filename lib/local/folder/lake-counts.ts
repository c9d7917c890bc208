import { parquetMetadata } from 'hyparquet';
import { DEAD_LETTERS } from '../../derive/names.ts';
import { parseLocation } from '../../derive/table-partition.ts';
import { isRowsKey } from '../../pipeline/generation.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';
import { readFacts, readFooter } from '../../pipeline/read-facts.ts';
import type { CompactFacts } from '../../pipeline/slot.ts';

/** The number of rows in the lake's objects, grouped by the first part of their key and of their name. */
export interface LakeCounts {
  /** The store; every object created through it is counted. */
  readonly store: ObjectStore;
  /** Counts the objects that already exist, reading only their footers. Slow for a large lake. */
  countExisting(tables: readonly string[], signal: AbortSignal): Promise<void>;
  /** Rows in a table's folder that came from one stream; null until existing objects are counted. */
  rows(table: string, label: string): number | null;
}

/** The footer's length, four bytes, and `PAR1`. */
const TRAILER_BYTES = 8;
const READ_AT_ONCE = 16;

export function lakeCounts(store: ObjectStore): LakeCounts {
  const counts = new Map<string, number>();
  const tried = new Map<string, 'putting' | 'found' | 'ended'>();
  const countedTables = new Set<string>();

  function add(name: string, rows: number): void {
    counts.set(name, (counts.get(name) ?? 0) + rows);
  }

  async function count(key: string): Promise<void> {
    const state = tried.get(key);
    if (state === 'putting') tried.set(key, 'found');
    if (state === undefined) for (const [name, rows] of await namedRowsOf(store, key)) add(name, rows);
  }

  /** An object is visible before its PUT resolves; until then, listings leave counting it to the PUT. */
  async function putIfAbsent(...put: Parameters<ObjectStore['putIfAbsent']>) {
    const [key, body] = put;
    if (!isRowsKey(key)) return store.putIfAbsent(...put);
    tried.set(key, 'putting');
    try {
      const outcome = await store.putIfAbsent(...put);
      if (outcome === 'created') add(countKey(key), rowsIn(body));
      else if (tried.get(key) === 'found') add(countKey(key), await rowsOf(store, key));
      if (outcome === 'exists') tried.delete(key);
      return outcome;
    } finally {
      if (countedTables.has(tableOf(key))) tried.delete(key);
      else if (tried.has(key)) tried.set(key, 'ended');
    }
  }

  /** The table is not listed again, so its ended PUTs need not be remembered. */
  function endCounting(table: string): void {
    countedTables.add(table);
    for (const [key, state] of tried) if (tableOf(key) === table && state === 'ended') tried.delete(key);
  }

  async function countTable(table: string, signal: AbortSignal): Promise<void> {
    const keys = currentGenerations((await store.list(`${table}/`)).filter(isRowsKey));
    for (let at = 0; at < keys.length; at += READ_AT_ONCE) {
      if (signal.aborted) return;
      await Promise.all(keys.slice(at, at + READ_AT_ONCE).map(count));
    }
    endCounting(table);
  }

  return {
    store: { ...store, putIfAbsent },
    async countExisting(tables, signal) {
      let failure: { readonly error: unknown } | null = null;
      for (const table of tables) {
        try {
          await countTable(table, signal);
        } catch (error) {
          // The other tables can still be counted.
          failure ??= { error };
        }
        if (signal.aborted) return;
      }
      if (failure !== null) throw failure.error;
    },
    rows: (table, label) => (countedTables.has(table) ? (counts.get(`${table}/${label}`) ?? 0) : null),
  };
}

const tableOf = (key: string) => key.slice(0, key.indexOf('/'));

/** `shop_purchases/shop_purchases` for `shop_purchases/dt=…/shop_purchases-i0-p00003-000017.parquet`. */
function countKey(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return `${tableOf(key)}/${name.slice(0, name.search(/-i\d+-p\d+-|\.parquet$/))}`;
}

const COMPACTED = /\/compact(-\d+)?\.parquet$/;

/** By count key: a compacted object may contain the rows of several streams. */
async function namedRowsOf(store: ObjectStore, key: string): Promise<readonly (readonly [string, number])[]> {
  const table = tableOf(key);
  if (!COMPACTED.test(key)) return [[countKey(key), await rowsOf(store, key)]];
  if (table !== DEAD_LETTERS.table) return [[`${table}/${table}`, await rowsOf(store, key)]];
  const { chains } = (await readFacts(store, key)) as CompactFacts;
  return chains.map(({ label, counts }) => [`${table}/${label}`, counts.rows]);
}

/** For each hour, the newest complete generation and the objects written after it. */
function currentGenerations(keys: readonly string[]): readonly string[] {
  const complete = new Map<string, number>();
  const located = keys.flatMap((key) => {
    const location = parseLocation(key.slice(0, key.lastIndexOf('/') + 1));
    if (location === undefined) return [];
    const hour = `${location.dt} ${location.hour}`;
    const { generation } = location;
    if (key.endsWith('/compact.parquet')) complete.set(hour, Math.max(complete.get(hour) ?? 0, generation));
    return [{ key, hour, generation }];
  });
  return located.filter(({ hour, generation }) => generation >= (complete.get(hour) ?? 0)).map(({ key }) => key);
}

async function rowsOf(store: ObjectStore, key: string): Promise<number> {
  return Number((await readFooter(store, key)).num_rows);
}

/** The rows of an object that is held in memory whole. */
function rowsIn(body: Uint8Array): number {
  return Number(parquetMetadata(Uint8Array.from(footerIn(body)).buffer).num_rows);
}

function footerIn(body: Uint8Array): Uint8Array {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const bytes = view.getUint32(body.length - TRAILER_BYTES, true) + TRAILER_BYTES;
  return body.subarray(Math.max(0, body.length - bytes));
}
