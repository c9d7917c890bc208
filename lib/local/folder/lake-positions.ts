import type { Contract } from '../../contracts/contract.ts';
import { lakeTable } from '../../derive/names.ts';
import { hourFolder } from '../../derive/table-partition.ts';
import { findTail } from '../../pipeline/chain-tails.ts';
import { lakeHours } from '../../pipeline/lake-hours.ts';
import { lastOffset } from '../../pipeline/offset-ranges.ts';
import type { ObjectStore } from '../../pipeline/ports.ts';
import { readFacts } from '../../pipeline/read-facts.ts';
import type { CompactFacts } from '../../pipeline/slot.ts';

export interface LakePositions {
  /** Whether the lake has any rows of a stream's incarnation. */
  has(contract: Contract, incarnation: number): Promise<boolean>;
  /**
   * The greatest offset that the lake has of a kafka partition, −1 for none; may return any offset that is at least
   * `enough`. Checks the newest hours first, and in an intact lake only those.
   */
  newestOffset(place: KafkaPlace, enough: number): Promise<number>;
}

interface KafkaPlace {
  readonly contract: Contract;
  readonly incarnation: number;
  readonly kafkaPartition: number;
}

/** How far the topics were read, according to the objects of a lake. */
export function lakePositions(store: ObjectStore): LakePositions {
  return {
    async has(contract, incarnation) {
      const table = lakeTable(contract);
      for await (const hour of lakeHours(store, table)) {
        const keys = await store.list(hourFolder(table, hour));
        if (keys.some((key) => key.includes(`/${table.table}-i${incarnation}-p`))) return true;
        const compact = keys.filter((key) => key.endsWith('/compact.parquet')).at(-1);
        if (compact === undefined) continue;
        const { chains } = (await readFacts(store, compact)) as CompactFacts;
        if (chains.some((chain) => chain.incarnation === incarnation)) return true;
      }
      return false;
    },
    async newestOffset({ contract, incarnation, kafkaPartition }, enough) {
      const table = lakeTable(contract);
      let newest = -1;
      for await (const hour of lakeHours(store, table)) {
        const { covered } = await findTail(store, { table, label: table.table, incarnation, kafkaPartition, hour });
        newest = Math.max(newest, lastOffset(covered));
        if (newest >= enough) break;
      }
      return newest;
    },
  };
}
