import { type HourOfTable, partitionLocation } from '../../derive/table-partition.ts';
import { changeNotes } from '../changed-hours.ts';
import { begunKey, compactKey, findGenerations, isRowsKey, partKey, planKey } from '../generation.ts';
import type { Catalog, Clock, ObjectRemover, ObjectStore, PartWriter } from '../ports.ts';
import { readFacts } from '../read-facts.ts';
import type { SealPorts } from '../seal.ts';
import { type CompactFacts, type SlotFacts, writeFacts } from '../slot.ts';
import { chainsOfHour } from './chains-of-hour.ts';
import { assertCastable } from './column-types.ts';
import { deleteOldGenerations } from './delete-generations.ts';
import type { HourState, NotDue } from './due.ts';
import { HourNotCompactedError } from './hour-not-compacted-error.ts';
import { type CompactionPlan, type PlanInput, type PlanLimits, planCompaction } from './plan.ts';
import { assertNoneMissing, sealChain } from './sealed-chain.ts';
import { moveForward, readBackAtMs } from './swap.ts';
import type { TableToCompact } from './table-to-compact.ts';

export interface CompactPorts extends SealPorts {
  readonly store: ObjectStore & ObjectRemover;
  readonly catalog: Pick<Catalog, 'register' | 'partition'>;
  readonly parts: PartWriter;
  readonly clock: Clock;
}

export interface CompactHourOptions {
  readonly notDue: (state: HourState) => NotDue | null;
  /** How long a generation is kept after readers have been directed to the next. */
  readonly keepMs: number;
  readonly limits?: PlanLimits;
}

export interface HourOutcome {
  /** The number of objects with this hour's rows before and after; equal if nothing was compacted. */
  readonly objectsBefore: number;
  readonly objectsAfter: number;
  /** Why nothing was compacted; null if it was. */
  readonly notDue: NotDue | null;
  /** Deleted objects of old generations. */
  readonly deleted: number;
}

/**
 * Merges the many small objects of an hour into few; readers notice nothing. Any number of processes may do so
 * concurrently, be killed at any point, or wake up late: each continues where another stopped.
 *
 * The effects, in order: the location is moved to what readers should already see; a note that the hour changes, if it
 * is old; *begun*; a seal for every chain; the plan; the parts; the compact object; the catalogue, under every name;
 * the note that it was read back; deletion of old generations. Anything that would keep the hour from being finished is
 * detected before it is begun.
 * @throws HourNotCompactedError; DamagedObjectError naming the object that is truncated or missing.
 */
export async function compactHour(
  ports: CompactPorts,
  table: TableToCompact,
  hour: HourOfTable,
  options: CompactHourOptions,
): Promise<HourOutcome> {
  const { complete, begun } = await findGenerations(ports.store, table.table, hour);
  await moveForward(ports, table, hour, complete);
  const found = await inputsOf(ports, table, hour, complete);
  const notDue = begun > complete ? null : options.notDue(await stateOf(ports, table, hour, complete, found));
  let objectsAfter = found.length;
  let newest = complete;
  if (notDue === null) {
    assertNotOlder(table, found);
    if (begun === complete) {
      assertCastable(table, found);
      assertNoneMissing(found.map(({ key }) => key));
      // This note is how a later run finds an old hour that is unfinished.
      await changeNotes(ports)(hour);
      await ports.store.putIfAbsent(begunKey(table.table, hour, complete + 1), Buffer.from('{}'), {});
    }
    const plan = await agreedPlan(ports, table, hour, complete, options.limits);
    newest = complete + 1;
    await writeParts(ports, table, hour, newest, plan);
    await moveForward(ports, table, hour, newest);
    objectsAfter = plan.parts.length;
  }
  const deleted = await deleteOldGenerations(ports, table, hour, { complete: newest, keepMs: options.keepMs });
  return { objectsBefore: found.length, objectsAfter, notDue, deleted };
}

interface FoundObject extends PlanInput {
  readonly facts: SlotFacts | CompactFacts | null;
}

/** The objects of a generation that may have rows, in the order of their names. */
async function inputsOf(
  { store, parts }: CompactPorts,
  { table }: TableToCompact,
  hour: HourOfTable,
  generation: number,
): Promise<readonly FoundObject[]> {
  const keys = (await store.list(partitionLocation(table, hour, generation))).filter(isRowsKey);
  const found: FoundObject[] = [];
  for (const key of keys) {
    const description = await parts.describe(key);
    const isFurtherPart = /\/compact-\d+\.parquet$/.test(key);
    found.push({ key, ...description, facts: isFurtherPart ? null : await readFacts(store, key) });
  }
  return found;
}

async function stateOf(
  ports: CompactPorts,
  table: TableToCompact,
  hour: HourOfTable,
  complete: number,
  found: readonly FoundObject[],
): Promise<HourState> {
  const isCompacted = ({ facts }: FoundObject) => facts === null || facts.kind === 'compact';
  const late = found.filter((object) => object.rows > 0 && !isCompacted(object));
  const rowsIn = (objects: readonly FoundObject[]) => objects.reduce((sum, { rows }) => sum + rows, 0);
  const timestampTypes = found.flatMap(({ facts }) =>
    facts === null
      ? []
      : facts.kind === 'compact'
        ? facts.chains.map((chain) => chain.timestampType)
        : [facts.timestampType],
  );
  return {
    hour,
    nowMs: ports.clock.now(),
    lateObjects: late.length,
    lateRows: rowsIn(late),
    compactedRows: rowsIn(found.filter(isCompacted)),
    readBackAtMs: complete === 0 ? null : await readBackAtMs(ports, table, hour, complete),
    hasProducersTimestamps: timestampTypes.includes('CREATE_TIME'),
  };
}

function assertNotOlder(
  { table, contractVersion }: TableToCompact,
  found: readonly { readonly facts: FoundObject['facts'] }[],
) {
  if (contractVersion === null) return;
  const newest = Math.max(0, ...found.map(({ facts }) => facts?.contractVersion ?? 0));
  if (newest > contractVersion) throw olderVersion(table.table, newest, contractVersion);
}

/** A program with the newer version must continue. */
function olderVersion(table: string, found: number, known: number): HourNotCompactedError {
  return new HourNotCompactedError(
    `${table}: rows of version ${found} of its contract are there, this program knows version ${known}; compact with the newer one`,
  );
}

/**
 * Returns the existing plan, or else makes one from the seals; if several are made concurrently, the first one wins.
 */
async function agreedPlan(
  ports: CompactPorts,
  table: TableToCompact,
  hour: HourOfTable,
  generation: number,
  limits: PlanLimits | undefined,
): Promise<CompactionPlan> {
  const { store } = ports;
  const key = planKey(table.table, hour, generation + 1);
  if (!(await store.list(key)).includes(key)) {
    const compact = generation === 0 ? undefined : await compactFacts(store, table, hour, generation);
    const chains = await chainsOfHour(store, table, hour, generation, compact?.chains ?? []);
    const sealed = [];
    for (const chain of chains) sealed.push(await sealChain(ports, chain, generation));
    const slots = sealed.flatMap((chain) => chain.slots);
    assertNotOlder(table, slots);
    const keys = [...(await partsOf(store, table, hour, generation)), ...slots.map((slot) => slot.key)];
    const inputs: PlanInput[] = [];
    for (const input of keys) inputs.push({ key: input, ...(await ports.parts.describe(input)) });
    const plan = planCompaction(
      inputs,
      sealed.map(({ entry }) => entry),
      table,
      limits,
    );
    await store.putIfAbsent(key, Buffer.from(JSON.stringify(plan)), {});
  }
  return readPlan(store, key, table);
}

async function partsOf(store: ObjectStore, { table }: TableToCompact, hour: HourOfTable, generation: number) {
  const location = partitionLocation(table, hour, generation);
  const keys = (await store.list(location)).filter((key) => /\/compact(-\d+)?\.parquet$/.test(key));
  const compact = compactKey(table, hour, generation);
  return [...keys.filter((key) => key === compact), ...keys.filter((key) => key !== compact)];
}

async function compactFacts(store: ObjectStore, { table }: TableToCompact, hour: HourOfTable, generation: number) {
  return (await readFacts(store, compactKey(table, hour, generation))) as CompactFacts;
}

const MAX_PLAN_BYTES = 256 * 1024 * 1024;

async function readPlan(
  store: ObjectStore,
  key: string,
  { table, contractVersion }: TableToCompact,
): Promise<CompactionPlan> {
  const { bytes } = await store.readTail(key, MAX_PLAN_BYTES);
  const plan = JSON.parse(Buffer.from(bytes).toString()) as CompactionPlan;
  const isNewer = plan.contractVersion !== null && contractVersion !== null && plan.contractVersion > contractVersion;
  if (isNewer) throw olderVersion(table.table, plan.contractVersion ?? 0, contractVersion ?? 0);
  return plan;
}

/** The compact object is written last: its existence marks the generation as complete. */
async function writeParts(
  { store, parts }: CompactPorts,
  { table }: TableToCompact,
  hour: HourOfTable,
  generation: number,
  plan: CompactionPlan,
): Promise<void> {
  const there = new Set(await store.list(partitionLocation(table, hour, generation)));
  const { columns, rowGroupRows, chains, contractVersion } = plan;
  for (const [number, inputs] of [...plan.parts.entries()].reverse()) {
    const key = partKey(table, hour, generation, number);
    if (there.has(key)) continue;
    const facts: CompactFacts = { kind: 'compact', contractVersion, chains: number === 0 ? chains : [] };
    await parts.write({ key, inputs, columns, rowGroupRows, footer: writeFacts(facts) });
  }
}
