import type { TableName } from '../../../lib/derive/names.ts';
import { type HourOfTable, hourFolder, partitionLocation } from '../../../lib/derive/table-partition.ts';
import type { Catalog, ObjectStore } from '../../../lib/pipeline/ports.ts';
import { readFacts } from '../../../lib/pipeline/read-facts.ts';
import {
  type Chain,
  type CompactFacts,
  chainPrefix,
  compactKey,
  type SlotFacts,
  slotKey,
  slotOf,
  writeFacts,
} from '../../../lib/pipeline/slot.ts';
import type { ModelRow, World } from './world.ts';

export interface HourToCompact {
  readonly table: TableName;
  readonly hour: HourOfTable;
  /** A chain for every kafka partition of the topic, empty ones too. */
  readonly chains: readonly Chain[];
}

interface CompactorPorts {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly newWriteId: () => string;
  /** What the object under a key holds: a compactor reads rows, which the sink's ports do not. */
  readonly world: World;
}

/**
 * The protocol's compactor in its smallest form, so that the sink meets seals, swaps and other people's unfinished
 * compactions: seal every chain, write the next generation's compact object, move the location.
 */
export async function compactHour(ports: CompactorPorts, { table, hour, chains }: HourToCompact): Promise<void> {
  const generation = await newestComplete(ports.store, table, hour);
  const compacted = generation === 0 ? undefined : await readCompact(ports.store, compactKey(table, hour, generation));
  const sealed = [];
  for (const chain of chains) sealed.push(await seal(ports, chain, generation, compacted));
  const slots = sealed.flatMap(({ chain, sealSlot }) =>
    range(sealSlot).map((slot) => slotKey(chain, generation, slot)),
  );
  const keys = [...(generation === 0 ? [] : [compactKey(table, hour, generation)]), ...slots];
  const rows: readonly ModelRow[] = keys.flatMap((key) => ports.world.objects.get(key)?.rows ?? []);
  const facts: CompactFacts = { kind: 'compact', chains: sealed.map(({ entry }) => entry) };
  const next = compactKey(table, hour, generation + 1);
  await ports.store.putIfAbsent(next, Buffer.from(JSON.stringify(rows)), writeFacts(facts));
  const location = partitionLocation(table, hour, generation + 1);
  await ports.catalog.register(table, { ...hour, generation: generation + 1, location });
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

async function readCompact(store: ObjectStore, key: string): Promise<CompactFacts> {
  return (await readFacts(store, key)) as CompactFacts;
}

async function newestComplete(store: ObjectStore, table: TableName, hour: HourOfTable): Promise<number> {
  const keys = new Set(await store.list(hourFolder(table, hour)));
  let generation = 0;
  while (keys.has(compactKey(table, hour, generation + 1))) generation++;
  return generation;
}

async function seal(ports: CompactorPorts, chain: Chain, generation: number, compacted: CompactFacts | undefined) {
  const before = compacted?.chains.find(
    ({ label, kafkaPartition }) => label === chain.label && kafkaPartition === chain.kafkaPartition,
  );
  for (;;) {
    const slots = await slotsOf(ports.store, chain, generation);
    const last = slots.at(-1);
    const coverage = last ?? before ?? { covered: [], newestTimestampMs: -1, highWater: null, topic: null };
    if (last?.kind === 'seal') return { chain, sealSlot: last.slot, entry: entryOf(chain, coverage, slots, before) };
    const { covered, newestTimestampMs, highWater, topic } = coverage;
    const facts: SlotFacts = {
      kind: 'seal',
      stream: chain.label,
      topic,
      incarnation: chain.incarnation,
      kafkaPartition: chain.kafkaPartition,
      slot: (last?.slot ?? -1) + 1,
      writeId: ports.newWriteId(),
      contractVersion: null,
      own: [],
      covered,
      newestTimestampMs,
      highWater,
      rejected: [],
    };
    await ports.store.putIfAbsent(slotKey(chain, generation, facts.slot), Buffer.from('[]'), writeFacts(facts));
  }
}

function entryOf(
  { label, incarnation, kafkaPartition }: Chain,
  {
    covered,
    newestTimestampMs,
    highWater,
    topic,
  }: Pick<SlotFacts, 'covered' | 'newestTimestampMs' | 'highWater' | 'topic'>,
  slots: readonly SlotFacts[],
  before: CompactFacts['chains'][number] | undefined,
): CompactFacts['chains'][number] {
  const rejected = [...(before?.rejected ?? []), ...slots.flatMap((slot) => slot.rejected)];
  return { label, incarnation, kafkaPartition, covered, newestTimestampMs, highWater, topic, rejected };
}

async function slotsOf(store: ObjectStore, chain: Chain, generation: number): Promise<readonly SlotFacts[]> {
  const keys = (await store.list(chainPrefix(chain, generation))).filter(
    (key) => slotOf(key, chain, generation) !== undefined,
  );
  const facts = [];
  for (const key of keys) facts.push((await readFacts(store, key)) as SlotFacts);
  return facts;
}
