import type { TableName } from '../derive/names.ts';
import { type HourOfTable, hourFolder, tableFolder } from '../derive/table-partition.ts';
import { damagedTail, type LostObject, lostObject, readSlotIfWhole } from './lost-objects.ts';
import { includes, lastOffset, type OffsetRanges, subtract } from './offset-ranges.ts';
import type { Clock, ObjectStore } from './ports.ts';
import { readFacts } from './read-facts.ts';
import {
  type Chain,
  type CompactFacts,
  type Coverage,
  chainPrefix,
  compactKey,
  type SlotFacts,
  slotKey,
  slotOf,
  type Verdict,
} from './slot.ts';
import { verdictsOf } from './verdicts.ts';

/** Where a chain goes on, and what it has taken in. */
export interface Tail extends Coverage {
  /** Generation and number of the slot to write next. */
  readonly generation: number;
  readonly nextSlot: number;
  /** The newest generation of the hour that is complete: readers are sent there. */
  readonly completeGeneration: number;
}

/** A tail that is older than this is looked up again, so that no sink writes behind a generation that was deleted. */
const TAIL_TRUSTED_MS = 60_000;

/** Tails kept in memory: far above the chains that one process writes within an hour. */
const MAX_REMEMBERED = 4096;

/** How many hours back an unopened chain looks for its predecessor. */
const MAX_HOURS_BACK = 48;

export interface ChainTailPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Reports an object whose verdicts were needed, and that is gone or damaged. */
  readonly onLostObject?: (lost: LostObject) => void;
}

export type ChainTails = ReturnType<typeof chainTails>;

/** The tails of chains: remembered while they can be trusted, looked up in the store otherwise. */
export function chainTails(ports: ChainTailPorts) {
  const { store, clock } = ports;
  const remembered = new Map<string, { readonly tail: Tail; readonly verifiedAtMs: number }>();

  const remember = (chain: Chain, tail: Tail): Tail => {
    const key = chainPrefix(chain, 0);
    remembered.delete(key);
    remembered.set(key, { tail, verifiedAtMs: clock.now() });
    if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    return tail;
  };

  const refresh = async (chain: Chain): Promise<Tail> => remember(chain, await findTail(store, chain));

  return {
    async of(chain: Chain): Promise<Tail> {
      const known = remembered.get(chainPrefix(chain, 0));
      return known !== undefined && clock.now() - known.verifiedAtMs < TAIL_TRUSTED_MS ? known.tail : refresh(chain);
    },
    refresh,
    remember,
    verdicts: (chain: Chain, tail: Tail, offsets: OffsetRanges) => findVerdicts(ports, chain, tail, offsets),
    async before(chain: Chain): Promise<Coverage | undefined> {
      return coverageBefore(store, chain);
    },
  };
}

const NOTHING: Coverage = { covered: [], newestTimestampMs: -1, highWater: null, topic: null };

/**
 * Starts at the newest generation that is complete and follows the chain's own seals forward. Another chain's object in
 * a newer generation says nothing: that chain may be sealed while this one is not yet.
 */
async function findTail(store: ObjectStore, chain: Chain): Promise<Tail> {
  const completeGeneration = await newestComplete(store, chain.table, chain.hour);
  let coverage = completeGeneration === 0 ? NOTHING : await compacted(store, chain, completeGeneration);
  for (let generation = completeGeneration; ; generation++) {
    const last = await lastSlot(store, chain, generation);
    if (last === undefined) return { generation, nextSlot: 0, completeGeneration, ...coverage };
    const { covered, newestTimestampMs, highWater, topic } = last;
    coverage = { covered, newestTimestampMs, highWater, topic };
    if (last.kind !== 'seal') return { generation, nextSlot: last.slot + 1, completeGeneration, ...coverage };
  }
}

async function newestComplete(store: ObjectStore, table: TableName, hour: HourOfTable): Promise<number> {
  const generations = await generationsOf(store, table, hour);
  for (const generation of generations.filter((found) => found > 0).reverse()) {
    const key = compactKey(table, hour, generation);
    if ((await store.list(key)).includes(key)) return generation;
  }
  return 0;
}

/** Ascending. */
async function generationsOf(store: ObjectStore, table: TableName, hour: HourOfTable): Promise<readonly number[]> {
  const folders = await store.listFolders(hourFolder(table, hour));
  return folders
    .filter((name) => /^g=\d+$/.test(name))
    .map((name) => Number(name.slice(2)))
    .sort((left, right) => left - right);
}

async function compacted(store: ObjectStore, chain: Chain, generation: number) {
  const facts = (await readFacts(store, compactKey(chain.table, chain.hour, generation))) as CompactFacts;
  const found = facts.chains.find(
    ({ label, incarnation, kafkaPartition }) =>
      label === chain.label && incarnation === chain.incarnation && kafkaPartition === chain.kafkaPartition,
  );
  return found ?? { ...NOTHING, rejected: [] };
}

async function lastSlot(store: ObjectStore, chain: Chain, generation: number): Promise<SlotFacts | undefined> {
  const keys = await store.list(chainPrefix(chain, generation));
  const slots = keys.map((key) => slotOf(key, chain, generation)).filter((slot) => slot !== undefined);
  if (slots.length === 0) return undefined;
  const newest = Math.max(...slots);
  try {
    return (await readFacts(store, slotKey(chain, generation, newest))) as SlotFacts;
  } catch (error) {
    const before = newest === 0 ? undefined : await readSlotIfWhole(store, chain, generation, newest - 1);
    throw damagedTail(error, chain.kafkaPartition, before?.covered ?? []);
  }
}

/**
 * What was decided about these covered offsets when they were first taken in: only the rejected ones are in the answer.
 * Walks back from the tail until the slots' own ranges span the offsets; nearly always that is the last slot. A slot that
 * somebody deleted or damaged is reported, and passed over: its offsets would hold up all that comes after them.
 */
async function findVerdicts(
  { store, onLostObject }: ChainTailPorts,
  chain: Chain,
  tail: Tail,
  offsets: OffsetRanges,
): Promise<ReadonlyMap<number, Verdict>> {
  const verdicts = new Map<number, Verdict>();
  const collect = (rejected: SlotFacts['rejected']) => {
    for (const [offset, verdict] of verdictsOf(rejected)) if (includes(offsets, offset)) verdicts.set(offset, verdict);
  };
  const compact = async (generation: number) =>
    generation > 0 ? await compacted(store, chain, generation) : { ...NOTHING, rejected: [] };
  const lostOwn = async (lost: { generation: number; slot: number; covered: OffsetRanges }) => {
    const isComplete = lost.generation <= tail.completeGeneration;
    const before = await (isComplete ? compact(lost.generation) : lastSlot(store, chain, lost.generation - 1));
    const found = await lostObject(store, chain, lost, before?.covered ?? []);
    onLostObject?.(found);
    return found.offsets;
  };
  let open = offsets;
  let covered = tail.covered;
  let { generation } = tail;
  let slot = tail.nextSlot - 1;
  while (open.length > 0) {
    if (slot >= 0) {
      const facts = await readSlotIfWhole(store, chain, generation, slot);
      const own = facts?.own ?? (await lostOwn({ generation, slot, covered }));
      collect(facts?.rejected ?? []);
      open = subtract(open, own);
      covered = subtract(covered, own);
      slot--;
    } else if (generation > tail.completeGeneration) {
      generation--;
      slot = (await lastSlot(store, chain, generation))?.slot ?? -1;
    } else {
      collect((await compact(generation)).rejected);
      break;
    }
  }
  return verdicts;
}

/** What the same kafka partition's newest earlier chain has taken in; undefined when none is found near. */
async function coverageBefore(store: ObjectStore, chain: Chain): Promise<Coverage | undefined> {
  let looked = 0;
  for await (const hour of hoursBefore(store, chain.table, chain.hour)) {
    const tail = await findTail(store, { ...chain, hour });
    if (lastOffset(tail.covered) >= 0) return tail;
    if (++looked === MAX_HOURS_BACK) return undefined;
  }
  return undefined;
}

/** The hours of a table before `hour` that have a folder, newest first. */
async function* hoursBefore(store: ObjectStore, table: TableName, hour: HourOfTable): AsyncGenerator<HourOfTable> {
  const days = (await store.listFolders(tableFolder(table))).filter((name) => name.startsWith('dt=')).reverse();
  for (const dt of days.map((name) => name.slice(3))) {
    if (dt > hour.dt) continue;
    const hours = (await store.listFolders(`${tableFolder(table)}dt=${dt}/`))
      .filter((name) => /^hour=\d\d$/.test(name))
      .map((name) => Number(name.slice(5)))
      .reverse();
    for (const found of hours) if (dt < hour.dt || found < hour.hour) yield { dt, hour: found };
  }
}
