import type { Contract } from '../../lib/contracts/contract.ts';
import type { DeliveredRecord, KafkaPartitionBatch } from '../../lib/pipeline/batch.ts';
import type { SourcePosition } from '../../lib/pipeline/source-position.ts';

/** An event on a topic with broker timestamps. */
export interface MeteredRecord {
  readonly value: string | null;
  readonly timestampMs: number;
  readonly source?: SourcePosition;
}

/** The records in `[from, to)`, as a meter or sink receives them. */
export function batchOf(
  contract: Contract,
  records: readonly MeteredRecord[],
  { from = 0, to = records.length, kafkaPartition = 0, incarnation = 0, topic = contract.name } = {},
): KafkaPartitionBatch {
  const delivered = records.slice(from, to).map(
    ({ value, timestampMs, source }, index): DeliveredRecord => ({
      offset: from + index,
      timestamp: timestampMs,
      timestampType: 'LOG_APPEND_TIME',
      value: value === null ? null : Buffer.from(value).toString('base64'),
      headers: [],
      source,
    }),
  );
  return { stream: { topic, contract, incarnation }, kafkaPartition, records: delivered };
}
