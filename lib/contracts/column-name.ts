/** The column of a field: `transactionId` → `transaction_id`. */
export function columnName(fieldName: string): string {
  return fieldName.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/**
 * Weir's own columns, which every table has or may get; `dt` and `hour` come from the table's folders. If a contract
 * declares `event_id`, that column is the field's.
 */
export const SYSTEM_COLUMNS: readonly string[] = [
  'event_time',
  'incarnation',
  'kafka_partition',
  'kafka_offset',
  'source_offset',
  'source_ordinal',
  'ingested_at',
  'contract_version',
  '_extra',
  'dt',
  'hour',
];
