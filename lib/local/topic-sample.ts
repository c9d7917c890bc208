import { randomUUID } from 'node:crypto';
import { SampleError, type SampleEvent } from '../infer/infer-stream.ts';
import type { EventLog } from '../pipeline/ports.ts';

const POLL = { maxRecords: 5000, maxBytes: 8 * 1024 * 1024, waitMs: 1000 };

/**
 * The records now on a topic, oldest first, read with a separate group that commits nothing. Records without a value
 * are omitted.
 * @throws SampleError if the topic has no record; UnknownTopicError.
 */
export async function* topicSample(log: EventLog, topic: string): AsyncGenerator<SampleEvent> {
  const [starts, ends] = await Promise.all([log.startOffsets(topic), log.endOffsets(topic)]);
  let left = ends.reduce((sum, end, index) => sum + end - (starts[index] ?? 0), 0);
  if (left === 0) throw new SampleError(`topic ${topic}: expected records, found none; take a topic that has some`);
  const reader = await log.openReader(topic, `weir-infer-${randomUUID()}`);
  try {
    while (left > 0) {
      const records = await reader.poll(POLL);
      const isAtEnd =
        [...reader.position()].reduce((sum, [partition, next]) => sum + (ends[partition] ?? 0) - next, 0) <= 0;
      for (const { kafkaPartition, offset, value } of records) {
        if (offset >= (ends[kafkaPartition] ?? 0)) continue;
        left -= 1;
        if (value !== null) yield { place: `kafka partition ${kafkaPartition}, offset ${offset}`, bytes: value };
      }
      // Offsets without a record, such as the ends of transactions, are never returned.
      if (isAtEnd && reader.position().size >= ends.filter((end, index) => end > (starts[index] ?? 0)).length) break;
    }
  } finally {
    await reader.close();
  }
}
