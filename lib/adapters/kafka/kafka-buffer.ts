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
  const batches = new Map<number, { readonly messages: readonly KafkaMessage[]; readonly end: number; next: number }>();
  const position = new Map<number, number>();
  let firstPlace = 0;

  return {
    /** `end` is the offset after the batch, which may hold more than its messages: what is no record, behind them. */
    add(kafkaPartition: number, messages: readonly KafkaMessage[], end: number): BufferedBatch {
      const batch = { messages, end, next: 0 };
      batches.set(kafkaPartition, batch);
      return {
        isEmpty: () => batch.next >= messages.length,
        lastTaken: () => messages[batch.next - 1]?.offset,
        drop: () => {
          if (batches.get(kafkaPartition) === batch) batches.delete(kafkaPartition);
        },
      };
    },
    /** kafkajs has gone on to this offset, and found no record on the way. */
    pass(kafkaPartition: number, end: number): void {
      position.set(kafkaPartition, end);
    },
    /** By kafka partition, the offset before which there is nothing more to take. */
    position: (): ReadonlyMap<number, number> => position,
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
          position.set(kafkaPartition, Number(message.offset) + 1);
          batch.next += 1;
        }
        position.set(kafkaPartition, batch.end);
        batches.delete(kafkaPartition);
        onEmptied();
      }
      return records;
    },
  };
}
