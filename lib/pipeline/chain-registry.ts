import type { TableName } from '../derive/names.ts';
import { tableFolder } from '../derive/table-partition.ts';
import type { ObjectStore } from './ports.ts';
import type { Chain } from './slot.ts';

/**
 * The chains that a table has ever had, outside the tables: `chains/shop_purchases/shop_purchases-i0-p00003`. Every
 * writer registers its chain before it first looks up the chain's tail. So a list made after a generation has begun
 * misses only chains whose writers will find that it has begun.
 */
const REGISTRY = 'chains/';

/** A chain without its hour. */
export type RegisteredChain = Pick<Chain, 'label' | 'incarnation' | 'kafkaPartition' | 'stream'>;

function registryKey({ table, label, incarnation, kafkaPartition }: Omit<Chain, 'hour' | 'stream' | 'select'>): string {
  return `${REGISTRY}${tableFolder(table)}${label}-i${incarnation}-p${String(kafkaPartition).padStart(5, '0')}`;
}

/** Returns a function that registers chains, each once per process. */
export function chainRegistrar(store: Pick<ObjectStore, 'putIfAbsent'>) {
  const registered = new Set<string>();
  return async (chain: Chain): Promise<void> => {
    const key = registryKey(chain);
    if (registered.has(key)) return;
    await store.putIfAbsent(key, Buffer.from(JSON.stringify({ stream: chain.stream })), {});
    registered.add(key);
  };
}

const NAME = /^(.+)-i(\d+)-p(\d{5,})$/;
const MAX_ENTRY_BYTES = 64 * 1024;

export async function registeredChains(
  store: Pick<ObjectStore, 'list' | 'readTail'>,
  table: TableName,
): Promise<readonly RegisteredChain[]> {
  const folder = `${REGISTRY}${tableFolder(table)}`;
  const chains: RegisteredChain[] = [];
  for (const key of await store.list(folder)) {
    const [, label, incarnation, kafkaPartition] = NAME.exec(key.slice(folder.length)) ?? [];
    if (label === undefined) continue;
    const { bytes } = await store.readTail(key, MAX_ENTRY_BYTES);
    const { stream } = JSON.parse(Buffer.from(bytes).toString()) as { readonly stream: string };
    chains.push({ label, incarnation: Number(incarnation), kafkaPartition: Number(kafkaPartition), stream });
  }
  return chains;
}
