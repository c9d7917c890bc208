import type { OffsetRanges } from '../offset-ranges.ts';
import { ObjectNotFoundError, type ObjectStore, type TablePartition } from '../ports.ts';
import { DamagedObjectError, readFacts } from '../read-facts.ts';
import { type Coverage, isUnused } from '../slot.ts';

/** `shop_purchases-i0-p00003-000017.parquet`: chain and slot. */
const SLOT = /^(.+-i\d+-p\d{5,})-\d{6,}\.parquet$/g;
const COMPACT = 'compact.parquet';
/**
 * Objects without facts of their own: a compaction's parts after the first, and objects that readers skip by their `_`.
 */
const SILENT = /^(_|compact(-\d+)?\.parquet$)/;

/** The number of objects of one table whose ends are read concurrently. */
const AT_ONCE = 16;

/**
 * Returns the version of an hour's rows: the offsets that each chain has covered and amended, and the sources
 * whose events were made from the lake, from the objects under
 * the catalogued location. A late row changes the version as soon as readers see it; a compaction, which only moves the
 * same rows to other objects, does not.
 */
export async function lakeVersion(
  store: Pick<ObjectStore, 'list' | 'readTail'>,
  { location }: Pick<TablePartition, 'location'>,
): Promise<string> {
  const names = (await store.list(location)).map((key) => key.slice(location.length));
  const covered = new Map<string, string>();
  if (names.includes(COMPACT)) for (const [chain, text] of await compacted(store, location)) covered.set(chain, text);
  const others = names.filter((name) => !SILENT.test(name) && name.search(SLOT) < 0);
  for (const name of others) covered.set(name, 'not of Weir');
  const slots = names.flatMap((name) => [...name.matchAll(SLOT)].map(([, chain = '']) => [chain, name] as const));
  // Names ascend, so the last slot of each chain remains.
  const chains = [...new Map(slots)];
  for (let at = 0; at < chains.length; at += AT_ONCE) {
    const some = chains.slice(at, at + AT_ONCE).map(async ([chain, name]) => {
      covered.set(chain, await coveredBy(store, location + name));
    });
    await Promise.all(some);
  }
  // A seal of a chain without records covers nothing and has no rows.
  const known = [...covered].filter(([, text]) => text !== '').sort(([left], [right]) => (left < right ? -1 : 1));
  return known.map(([chain, text]) => `${chain} ${text}`).join('; ');
}

async function compacted(store: Pick<ObjectStore, 'readTail'>, location: string) {
  const key = `${location}${COMPACT}`;
  const facts = await readFacts(store, key).catch((error) => unlessDamaged(error));
  if (facts?.kind !== 'compact') return [[COMPACT, `damaged: ${key}`] as const];
  return facts.chains.map(
    ({ label, incarnation, kafkaPartition, ...chain }) =>
      [`${label}-i${incarnation}-p${String(kafkaPartition).padStart(5, '0')}`, textOf(chain)] as const,
  );
}

/** The coverage in a chain's newest slot. If it is unreadable, the models fail and name it. */
async function coveredBy(store: Pick<ObjectStore, 'readTail'>, key: string): Promise<string> {
  const facts = await readFacts(store, key).catch((error) => unlessDamaged(error));
  return facts === undefined || facts.kind === 'compact' ? `damaged: ${key}` : textOf(facts);
}

function unlessDamaged(error: unknown): undefined {
  if (error instanceof DamagedObjectError || error instanceof ObjectNotFoundError) return undefined;
  throw error;
}

/** Objects of earlier versions have no amendments. */
function textOf(facts: Pick<Coverage, 'covered'> & Partial<Pick<Coverage, 'amended' | 'amendedSources'>>): string {
  if (isUnused(facts)) return '';
  const { covered, amended = [], amendedSources = null } = facts;
  const ranges = (all: OffsetRanges) => all.map(([from, to]) => `${from}-${to}`).join(' ');
  return [
    ...(covered.length === 0 ? [] : [ranges(covered)]),
    ...(amended.length === 0 ? [] : [`amended ${ranges(amended)}`]),
    ...(amendedSources === null ? [] : [`made ${amendedSources.incarnation}: ${ranges(amendedSources.offsets)}`]),
  ].join(' ');
}
