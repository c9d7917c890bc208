import type { lakehouse } from './lakehouse.ts';

/** The time of a load, and a refined record's offset, which depends on how often its source was refined. */
const NOT_COMPARED = new Set(['upload_date', 'last_update']);
const REFINED_OFFSET = 'staging.chat_messages.kafka_offset';

/** Every table and view of every model, as sorted lines. */
export async function tablesOf(
  house: Awaited<ReturnType<typeof lakehouse>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = new Map<string, readonly string[]>();
  for (const { name, kept, columns } of house.deps.graph.models) {
    // A view over the lake shows only the hours that were read last.
    if (kept === 'view' && name.startsWith('staging.')) continue;
    const compared = columns
      .map((column) => column.name)
      .filter((column) => !NOT_COMPARED.has(column) && `${name}.${column}` !== REFINED_OFFSET);
    const rows = await house.rows(`select ${compared.join(', ')} from ${name}`);
    tables.set(name, rows.map((row) => JSON.stringify(row)).sort());
  }
  return tables;
}
