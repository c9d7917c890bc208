import { join } from 'node:path';
import { duckdbPartWriter } from '../../lib/adapters/duckdb/part-writer.ts';
import { directoryObjectStore } from '../../lib/adapters/embedded/directory-object-store.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import type { HourOfTable } from '../../lib/derive/table-partition.ts';
import type { CompactPorts } from '../../lib/pipeline/compact/compact-hour.ts';
import { type CompactionRequest, compactTables } from '../../lib/pipeline/compact/compact-tables.ts';
import { type TableToCompact, tablesToCompact } from '../../lib/pipeline/compact/table-to-compact.ts';
import { repairHour } from '../../lib/pipeline/repair/repair-hour.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from './laptop-sink.ts';
import { testClock } from './test-clock.ts';

interface TakeOptions {
  readonly timestampMs?: number;
  readonly kafkaPartition?: number;
  /** A process other than the default one. */
  readonly by?: Awaited<ReturnType<typeof laptopSink>>['newHandler'] extends (...given: never[]) => infer H ? H : never;
}

export const HOUR_MS = 3_600_000;

/** A local sink, and the compactor over its lake; it is three o'clock, and the records' hour is one o'clock. */
export async function laptopCompactor() {
  const sink = await laptopSink();
  const clock = testClock(ONE_O_CLOCK + 2 * HOUR_MS);
  const store = directoryObjectStore(join(sink.folder, 'lake'));
  const parts = duckdbPartWriter({ store, dir: join(sink.folder, 'parts'), memoryMegabytes: 128 });
  const ports: CompactPorts = { ...sink.ports, store, parts, clock };
  const handler = sink.newHandler({ clock });
  const value = (index: number) =>
    index % 4 === 3
      ? 'x'
      : `{"created_at":"2025-01-31T12:59:00Z","country":"Italy","currency":"EUR","amount":${index + 1},"note":"é"}`;
  return {
    sink,
    clock,
    ports,
    /** Purchases in one object, every fourth of them invalid: offsets from `from` on. */
    take(from: number, count: number, given: TakeOptions = {}) {
      const { timestampMs = ONE_O_CLOCK, kafkaPartition, by = handler } = given;
      const records = Array.from({ length: count }, (_, index) => ({
        value: value(from + index),
        offset: from + index,
        timestampMs,
      }));
      return by(mskEvent('shop.purchases', records, kafkaPartition));
    },
    /** The hour of the purchases' table, under these names. */
    repair(hour: HourOfTable, given: { readonly ports?: object; readonly contract?: Contract } = {}) {
      const [table] = tablesToCompact([given.contract ?? shopPurchases]);
      return repairHour({ ...ports, ...given.ports }, table as TableToCompact, hour);
    },
    compact: (
      given: Partial<CompactionRequest> & { readonly contracts?: readonly Contract[]; readonly ports?: object } = {},
    ) => {
      const { contracts = [shopPurchases], ports: changed, ...request } = given;
      const tables = tablesToCompact(contracts);
      return compactTables({ ...ports, ...changed }, { tables, keepMs: 24 * HOUR_MS, ...request });
    },
  };
}
