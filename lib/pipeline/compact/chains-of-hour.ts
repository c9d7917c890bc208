import type { HourOfTable } from '../../derive/table-partition.ts';
import { partitionLocation } from '../../derive/table-partition.ts';
import { type RegisteredChain, registeredChains } from '../chain-registry.ts';
import type { ObjectStore } from '../ports.ts';
import { readFacts } from '../read-facts.ts';
import { type Chain, type CompactedChain, parseSlotName, type SlotFacts } from '../slot.ts';
import type { TableToCompact } from './table-to-compact.ts';

/**
 * Every chain that may have rows in a generation: those in the registry, those with objects (for versions before the
 * registry), and those that the generation was compacted from. In the order of their rows.
 */
export async function chainsOfHour(
  store: ObjectStore,
  { table, select }: TableToCompact,
  hour: HourOfTable,
  generation: number,
  compacted: readonly CompactedChain[],
): Promise<readonly Chain[]> {
  const found = new Map<string, RegisteredChain>();
  const add = (chain: RegisteredChain) => {
    const key = nameOf(chain);
    if (!found.has(key)) found.set(key, chain);
  };
  for (const chain of await registeredChains(store, table)) add(chain);
  for (const chain of compacted) add(chain);
  const location = partitionLocation(table, hour, generation);
  for (const key of await store.list(location)) {
    const slot = parseSlotName(key.slice(location.length));
    if (slot === undefined || found.has(nameOf(slot))) continue;
    const { label, incarnation, kafkaPartition } = slot;
    add({ label, incarnation, kafkaPartition, stream: ((await readFacts(store, key)) as SlotFacts).stream });
  }
  return [...found]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { label, incarnation, kafkaPartition, stream }]) => ({
      table,
      label,
      incarnation,
      kafkaPartition,
      hour,
      stream,
      select,
    }));
}

function nameOf({
  label,
  incarnation,
  kafkaPartition,
}: Pick<Chain, 'label' | 'incarnation' | 'kafkaPartition'>): string {
  return `${label} ${String(incarnation).padStart(6, '0')} ${String(kafkaPartition).padStart(6, '0')}`;
}
