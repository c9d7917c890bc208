import type { EntryRange, Merge, MetricEntry, MetricStore, Shard } from '../metric-store.ts';
import { mergeValues } from './entry-values.ts';

const PAGE_ENTRIES = 2000;

/** A shard's next entry, and those after it. */
interface Cursor {
  head: MetricEntry;
  readonly rest: AsyncGenerator<MetricEntry>;
}

/**
 * The entries of a metric over several shards, ascending by name; those with the same name are merged. Shards are read
 * page by page, so that a long metric needs little memory; each page is a snapshot, but not all of them together.
 */
export async function* mergedEntries(
  store: Pick<MetricStore, 'entries'>,
  shards: readonly Shard[],
  { metric, merges, range }: { metric: string; merges: readonly Merge[]; range: Omit<EntryRange, 'limit'> },
): AsyncGenerator<MetricEntry> {
  const opened = await Promise.all(
    shards.map(async (shard) => {
      const rest = entriesOf(store, shard, metric, range);
      const { value, done } = await rest.next();
      return done === true ? [] : [{ head: value, rest }];
    }),
  );
  let cursors: readonly Cursor[] = opened.flat();
  while (cursors.length > 0) {
    const least = cursors.reduce((one, other) => (compareNames(other.head.name, one.head.name) < 0 ? other : one));
    const same = cursors.filter(({ head }) => head.name === least.head.name);
    yield same.map(({ head }) => head).reduce((one, other) => mergedEntry(merges, one, other));
    const ended = new Set<Cursor>();
    for (const cursor of same) {
      const { value, done } = await cursor.rest.next();
      if (done === true) ended.add(cursor);
      else cursor.head = value;
    }
    if (ended.size > 0) cursors = cursors.filter((cursor) => !ended.has(cursor));
  }
}

async function* entriesOf(
  store: Pick<MetricStore, 'entries'>,
  shard: Shard,
  metric: string,
  range: Omit<EntryRange, 'limit'>,
): AsyncGenerator<MetricEntry> {
  let after = range.after;
  for (;;) {
    const behind = after === undefined ? {} : { after };
    const { entries } = await store.entries(shard, metric, { ...range, ...behind, limit: PAGE_ENTRIES });
    yield* entries;
    if (entries.length < PAGE_ENTRIES) return;
    after = entries.at(-1)?.name;
  }
}

function mergedEntry(merges: readonly Merge[], one: MetricEntry, other: MetricEntry): MetricEntry {
  return { ...one, values: mergeValues(merges, one.values, other.values) };
}

/** Compares by UTF-8, which sorts by code point. JavaScript's own order has surrogates before U+E000. */
export function compareNames(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (left !== right) return codePointOrder(left) - codePointOrder(right);
  }
  return one.length - other.length;
}

function codePointOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
