import { isClockTime, unitOf } from '../derive/kafka-time.ts';
import type { KafkaPartitionBatch } from './batch.ts';

const ADVICE =
  'Have the producers set it in milliseconds, or set the topic’s message.timestamp.type to LogAppendTime: then the broker does';

/**
 * Reports once per topic that its producers' Kafka timestamps do not tell when records were written: its rows are
 * correct, but all in hours of 1970.
 */
export function timestampNotes(note: (line: string) => void): (batch: KafkaPartitionBatch) => void {
  const noted = new Set<string>();
  return ({ stream: { topic, contract }, kafkaPartition, records }) => {
    // The rows of a refined stream have the time of their source record.
    if (noted.has(topic) || (contract?.refinedFrom ?? null) !== null) return;
    const first = records.find(({ timestamp }) => !isClockTime(timestamp));
    if (first === undefined) return;
    noted.add(topic);
    const place = `topic ${topic}, kafka partition ${kafkaPartition}, offset ${first.offset}`;
    note(`${place}: ${found(first.timestamp)}; such rows are in hours of 1970. ${ADVICE}`);
  };
}

function found(timestamp: number): string {
  if (timestamp === -1) return 'the record has no Kafka timestamp';
  const unit = unitOf(timestamp);
  const guess = unit === undefined || unit === 'milliseconds' ? '' : `, which would be ${unit}`;
  return `expected a Kafka timestamp in milliseconds, found ${timestamp}${guess}`;
}
