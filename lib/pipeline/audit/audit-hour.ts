import pLimit from 'p-limit';
import type { TableName } from '../../derive/names.ts';
import { type HourOfTable, hourFolder, partitionLocation } from '../../derive/table-partition.ts';
import { begunKey, compactKey, isRowsKey } from '../generation.ts';
import { subtract } from '../offset-ranges.ts';
import type { Catalog, ObjectStore } from '../ports.ts';
import { DamagedObjectError } from '../read-facts.ts';
import { hourText } from '../transform/hours.ts';
import { auditRows, type ChainPositions, type PositionsOptions, type RowPositions } from './audit-rows.ts';
import { type AuditedChain, auditSlots } from './audit-slots.ts';
import {
  type ChainSlots,
  chainName,
  chainSlots,
  chainStarts,
  chainsWithStarts,
  damagedObject,
  foreignFindings,
  NO_START,
  readSlot,
} from './chain-slots.ts';
import { type ChainFinding, type Finding, FROM_A_COPY, offsetsText } from './finding.ts';

export interface AuditPorts {
  readonly store: ObjectStore;
  readonly catalog: Pick<Catalog, 'partition' | 'partitions'>;
  readonly rows: RowPositions;
}

export interface AuditedTable {
  readonly table: TableName;
  /** Every name of the table in the catalogue. */
  readonly names: readonly TableName[];
  /** Whether several streams share the table: true for the dead letters. */
  readonly isShared: boolean;
  /** Whether its rows are refined from another stream's. */
  readonly isRefined: boolean;
}

/** A chain of the hour, and what the audit found in it. */
export interface ChainOfHour extends AuditedChain {
  readonly stream: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly found: ChainPositions | undefined;
}

export interface AuditedHour {
  readonly findings: readonly Finding[];
  readonly chains: readonly ChainOfHour[];
}

/** Footers read concurrently. */
const AT_ONCE = 16;

/** Checks one hour of a table: its footers, its catalogue entries, and the rows that readers see. */
export async function auditHour(ports: AuditPorts, audited: AuditedTable, hour: HourOfTable): Promise<AuditedHour> {
  const { table, isShared, isRefined } = audited;
  const name = `${table.database}.${table.table}`;
  const findings: Finding[] = [];
  const add = (found: readonly ChainFinding[]) => findings.push(...found.map((one) => ({ table: name, hour, ...one })));
  const folder = hourFolder(table, hour);
  const keys = await ports.store.list(folder);
  if (!keys.some(isRowsKey)) {
    const partition = await ports.catalog.partition(table, hour);
    const message = `the catalogue shows ${partition?.location}, where there is no object`;
    add(partition === undefined ? [] : [{ kind: 'lost_object', message, remedy: FROM_A_COPY }]);
    return { findings, chains: [] };
  }
  const generations = [...new Set(keys.flatMap((key) => /^g=(\d+)\//.exec(key.slice(folder.length))?.[1] ?? []))].map(
    Number,
  );
  const complete = Math.max(0, ...generations.filter((one) => one > 0 && keys.includes(compactKey(table, hour, one))));
  const begun = generations.find((one) => one > complete && keys.includes(begunKey(table, hour, one)));
  const remedy = `weir repair --from ${hourText(hour)} --to ${hourText(hour)} --apply`;
  add(await catalogFindings(ports, audited, { hour, complete, remedy }));
  if (begun !== undefined) {
    const message = `generation ${begun} has begun and is not complete: rows that came since are not visible`;
    const repair = 'finishes the generation';
    add([
      { kind: 'generation_half_made', message, remedy: `${remedy}, unless a compaction of it is under way`, repair },
    ]);
  }
  const location = partitionLocation(table, hour, complete);
  const visible = keys.filter((key) => key.startsWith(location) && isRowsKey(key));
  const starts = await chainStarts(ports.store, table, hour, complete);
  if ('kind' in starts) {
    add([starts]);
    return { findings, chains: [] };
  }
  const slots = chainSlots(visible, location);
  add(foreignFindings(visible, location));
  const chains = await pLimit(AT_ONCE).map(chainsWithStarts(slots, starts), async ({ chain, start }) => {
    const read = await Promise.all(chain.slots.map((one) => readSlot(ports.store, one)));
    const stream = start?.stream ?? read.find(({ facts }) => facts !== null)?.facts?.stream ?? '';
    return { ...chain, stream, ...auditSlots(chain.kafkaPartition, start ?? NO_START, read) };
  });
  for (const { findings: ofChain } of chains) add(ofChain);
  add(await unseenFindings(ports.store, { keys, folder, complete, begun }, chains));
  // An unreadable object is already a finding, and no reader gets past it.
  const isReadable = !findings.some(({ kind }) => kind === 'damaged_object');
  const found = isReadable ? await positionsOf(ports, visible, { byStream: isShared, isRefined }) : [];
  if ('kind' in found) {
    add([found]);
    return { findings, chains: [] };
  }
  const withRows = chains.map((chain) => ({ ...chain, found: found.find((one) => isOf(one, chain, isShared)) }));
  if (isReadable) for (const chain of withRows) add(auditRows(chain.kafkaPartition, chain, chain.found));
  return { findings, chains: withRows };
}

/** The positions that readers see, or the object that they cannot read. */
async function positionsOf(
  { rows }: AuditPorts,
  keys: readonly string[],
  options: PositionsOptions,
): Promise<readonly ChainPositions[] | ChainFinding> {
  try {
    return await rows.positions(keys, options);
  } catch (error) {
    if (!(error instanceof DamagedObjectError)) throw error;
    return damagedObject(error);
  }
}

function isOf(one: ChainPositions, chain: Omit<ChainOfHour, 'found'>, isShared: boolean): boolean {
  const isStream = !isShared || one.stream === chain.stream;
  return isStream && one.incarnation === chain.incarnation && one.kafkaPartition === chain.kafkaPartition;
}

async function catalogFindings(
  { catalog }: AuditPorts,
  { table, names }: AuditedTable,
  { hour, complete, remedy }: { readonly hour: HourOfTable; readonly complete: number; readonly remedy: string },
): Promise<readonly ChainFinding[]> {
  const expected = partitionLocation(table, hour, complete);
  const found = await Promise.all(
    names.map(async (name): Promise<readonly ChainFinding[]> => {
      const partition = await catalog.partition(name, hour);
      const shown = `${name.database}.${name.table}`;
      if (partition === undefined) {
        const message = `${shown}: the catalogue does not show the hour, whose objects are at ${expected}`;
        return [{ kind: 'unregistered_hour', message, remedy, repair: 'registers the hour' }];
      }
      if (partition.location === expected) return [];
      const message = `${shown}: the catalogue shows ${partition.location}, expected ${expected}`;
      if (partition.generation < complete) {
        return [{ kind: 'wrong_location', message, remedy, repair: 'moves the location forward' }];
      }
      return [{ kind: 'wrong_location', message, remedy: `delete the entry from the catalogue, then ${remedy}` }];
    }),
  );
  return found.flat();
}

interface Generations {
  readonly keys: readonly string[];
  readonly folder: string;
  readonly complete: number;
  readonly begun: number | undefined;
}

/** Finds slots in generations that readers no longer use, with offsets that the chains have not covered since. */
async function unseenFindings(
  store: ObjectStore,
  { keys, folder, complete, begun }: Generations,
  chains: readonly (Omit<ChainOfHour, 'found'> & { readonly label: string })[],
) {
  if (begun !== undefined) return [];
  const covered = new Map(chains.map((chain) => [chainName(chain), chain.tail.covered]));
  const findings: ChainFinding[] = [];
  for (let generation = 0; generation < complete; generation++) {
    const location = `${folder}g=${generation}/`;
    const old = chainSlots(
      keys.filter((key) => key.startsWith(location)),
      location,
    );
    for (const [name, { slots, kafkaPartition }] of old) {
      const { key, facts } = await readSlot(store, slots.at(-1) as ChainSlots['slots'][number]);
      const unseen = subtract(facts?.covered ?? [], covered.get(name) ?? []);
      if (unseen.length === 0) continue;
      const message = `${key}: written where no reader looks, with ${offsetsText(kafkaPartition, unseen)}`;
      const remedy = 'keep the object: its offsets are in no generation that readers see';
      findings.push({ kind: 'slot_unseen', message, remedy });
    }
  }
  return findings;
}
