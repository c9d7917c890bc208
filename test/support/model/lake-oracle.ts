import type { Contract } from '../../../lib/contracts/contract.ts';
import { catalogTables, DEAD_LETTERS, lakeTable } from '../../../lib/derive/names.ts';
import { hourOf } from '../../../lib/derive/table-partition.ts';
import { type ModelRow, registrationKey, visibleRows, type World } from './world.ts';

/**
 * The oracle: every offset in exactly one visible row or dead letter, or in both if a replay made the row; no letter
 * open once all have been replayed; every name of the table shows every hour.
 */
export function violations(
  world: World,
  contract: Contract,
  topic: readonly (readonly { readonly timestampMs: number }[])[],
  isReplayed: boolean,
): readonly string[] {
  const rows = byPosition(visibleRows(world, lakeTable(contract)));
  const letters = byPosition(visibleRows(world, DEAD_LETTERS));
  const counts = topic.flatMap((records, kafkaPartition) =>
    records.flatMap((_, offset) => {
      const position = `${kafkaPartition}/${offset}`;
      const [found = [], dead = []] = [rows.get(position), letters.get(position)];
      const expected = found.some(({ replayed }) => replayed) ? 2 : 1;
      const isRight =
        found.length + dead.length === expected && dead.length < 2 && found.length >= (isReplayed ? 1 : 0);
      if (isRight) return [];
      return [
        `kafka partition ${kafkaPartition}, offset ${offset} is in ${found.length} rows, ${dead.length} dead letters`,
      ];
    }),
  );
  const hours = [...new Set(topic.flat().map(({ timestampMs }) => JSON.stringify(hourOf(timestampMs))))];
  const unregistered = catalogTables(contract).flatMap((table) =>
    hours
      .filter((hour) => !world.registered.has(registrationKey(table, JSON.parse(hour))))
      .map((hour) => `${table.database}.${table.table} does not show ${hour}`),
  );
  return [...counts, ...unregistered];
}

function byPosition(rows: readonly ModelRow[]): ReadonlyMap<string, readonly ModelRow[]> {
  const found = new Map<string, ModelRow[]>();
  for (const row of rows) {
    const position = `${row.kafkaPartition}/${row.offset}`;
    found.set(position, [...(found.get(position) ?? []), row]);
  }
  return found;
}
