import type { KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../../pipeline/ports.ts';
import { messageBytes, recordOf } from './kafka-records.ts';

/** One fetched batch of a kafka partition, that a reader takes from bit by bit. */
export interface BufferedBatch {
  isEmpty(): boolean;
  /** The offset of the last record taken; undefined before the first. */
  lastTaken(): string | undefined;
  /** What is left is not handed out any more. */
  drop(): void;
}

/**
 * Between kafkajs, which pushes batches, and a reader, who pulls records. Each kafka partition has one batch at a time:
 * kafkajs fetches the next only when it is used up.
 */
export function kafkaBuffer(onEmptied: () => void) {
  const batches = new Map<number, { readonly messages: readonly KafkaMessage[]; next: number }>();
  let firstPlace = 0;

  return {
    add(kafkaPartition: number, messages: readonly KafkaMessage[]): BufferedBatch {
      const batch = { messages, next: 0 };
      batches.set(kafkaPartition, batch);
      return {
        isEmpty: () => batch.next >= messages.length,
        lastTaken: () => messages[batch.next - 1]?.offset,
        drop: () => {
          if (batches.get(kafkaPartition) === batch) batches.delete(kafkaPartition);
        },
      };
    },
    /** Each call begins with another kafka partition, so that a busy one cannot starve the others. */
    take({ maxRecords, maxBytes }: { readonly maxRecords: number; readonly maxBytes: number }): LogRecord[] {
      const records: LogRecord[] = [];
      const all = [...batches];
      let bytes = 0;
      firstPlace += 1;
      for (let turn = 0; turn < all.length; turn += 1) {
        const [kafkaPartition, batch] = all[(firstPlace + turn) % all.length] ?? [];
        if (kafkaPartition === undefined || batch === undefined) continue;
        for (let message = batch.messages[batch.next]; message; message = batch.messages[batch.next]) {
          bytes += messageBytes(message);
          if (records.length >= maxRecords || (records.length > 0 && bytes > maxBytes)) return records;
          records.push(recordOf(message, kafkaPartition));
          batch.next += 1;
        }
        batches.delete(kafkaPartition);
        onEmptied();
      }
      return records;
    },
  };
}
