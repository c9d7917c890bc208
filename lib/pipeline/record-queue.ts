import type { RecordToAppend } from './ports.ts';

export interface BatchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** The records waiting for one kafka partition, first in, first out. */
export interface RecordQueue {
  add(record: RecordToAppend): void;
  /** The records of the next request, with their bytes: at least one if any wait, else within the limits. */
  takeBatch(limits: BatchLimits): { readonly records: readonly RecordToAppend[]; readonly bytes: number };
  isEmpty(): boolean;
  /** The bytes of all waiting records. */
  bytes(): number;
}

/** The approximate overhead of Kafka's format per record. */
const RECORD_OVERHEAD_BYTES = 64;

export function recordQueue(): RecordQueue {
  let waiting: RecordToAppend[] = [];
  let waitingBytes = 0;
  return {
    add: (record) => {
      waiting.push(record);
      waitingBytes += recordBytes(record);
    },
    takeBatch: ({ maxRecords, maxBytes }) => {
      let bytes = 0;
      let count = 0;
      for (const record of waiting) {
        const more = recordBytes(record);
        if (count > 0 && (count === maxRecords || bytes + more > maxBytes)) break;
        bytes += more;
        count += 1;
      }
      const records = waiting.slice(0, count);
      waiting = waiting.slice(count);
      waitingBytes -= bytes;
      return { records, bytes };
    },
    isEmpty: () => waiting.length === 0,
    bytes: () => waitingBytes,
  };
}

/** The record's size for the limits of requests and memory. */
export function recordBytes({ key, value, headers }: RecordToAppend): number {
  const headerBytes = headers.reduce((sum, header) => sum + header.name.length + header.value.length, 0);
  return RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + headerBytes;
}
