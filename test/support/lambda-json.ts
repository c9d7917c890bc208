import { bytesOf } from '../../lib/pipeline/batch.ts';
import type { KafkaEvent, KafkaEventRecord } from '../../lib/pipeline/msk-event.ts';

/** The event's JSON as Lambda would receive it, with bytes as base64. */
export function lambdaJson(event: KafkaEvent): string {
  const groups = Object.entries(event.records).map(([group, records]) => [group, records.map(inBase64)]);
  return JSON.stringify({ ...event, records: Object.fromEntries(groups) });
}

function inBase64(record: KafkaEventRecord) {
  const texts = (['key', 'value'] as const).flatMap((name) => {
    const bytes = bytesOf(record[name]);
    return bytes === null ? [] : [[name, bytes.toString('base64')]];
  });
  return { ...record, ...Object.fromEntries(texts) };
}
