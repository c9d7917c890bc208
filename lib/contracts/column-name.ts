/** The column of a field: `transactionId` → `transaction_id`. */
export function columnName(fieldName: string): string {
  return fieldName.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/**
 * Columns that every table has of Weir's own, or may get; `dt` and `hour` are those of its folders. `event_id` is a field's
 * where a contract has one.
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
