import type { LogRecord } from '../../pipeline/ports.ts';
import type { FetchedBatch } from './fetch/fetch-response.ts';
import type { Fetched } from './fetch/install-fetch.ts';
import type { RecordBatch } from './fetch/record-batch.ts';

/** One fetch of a kafka partition, which a reader consumes step by step. */
export interface BufferedFetch {
  isEmpty(): boolean;
  /** The offset after the last record taken and any following offsets without records; undefined before the first. */
  next(): number | undefined;
  /** Discards the remaining records. */
  drop(): void;
}

/** Reads a batch's records from an offset on. */
type ReadRecords = (batch: RecordBatch, place: { kafkaPartition: number; fromOffset: number }) => LogRecord[];

interface Fetch {
  readonly kafkaPartition: number;
  readonly batches: readonly FetchedBatch[];
  readonly fromOffset: number;
  /** Index of the batch after the one that `records` belong to. */
  nextBatch: number;
  records: readonly LogRecord[];
  nextRecord: number;
  next: number | undefined;
}

interface PollLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

interface Bytes {
  readonly bytes: number;
}

/**
 * Connects kafkajs, which pushes fetches, to a reader, which pulls records. Each kafka partition has one fetch at a
 * time: kafkajs makes the next only when it is used up. A batch's records are decoded when they are needed.
 */
export function kafkaBuffer(readRecords: ReadRecords, onEmptied: () => void) {
  const fetches = new Map<number, Fetch>();
  const position = new Map<number, number>();
  let firstPlace = 0;
  let failure: { readonly error: unknown } | undefined;

  /** The next record, without removing it; undefined at the end of the fetch. */
  function peek(fetch: Fetch): LogRecord | undefined {
    while (fetch.nextRecord >= fetch.records.length) {
      const fetched = fetch.batches[fetch.nextBatch];
      if (fetched === undefined) return undefined;
      const { kafkaPartition, fromOffset } = fetch;
      fetch.records = fetched.batch === null ? [] : readRecords(fetched.batch, { kafkaPartition, fromOffset });
      fetch.nextRecord = 0;
      fetch.nextBatch += 1;
      if (fetch.records.length === 0) moveTo(fetch, Number(fetched.offset) + 1);
    }
    return fetch.records[fetch.nextRecord];
  }

  function moveTo(fetch: Fetch, next: number): void {
    fetch.next = next;
    position.set(fetch.kafkaPartition, next);
  }

  function pass(fetch: Fetch, record: LogRecord): void {
    fetch.nextRecord += 1;
    const isLast = fetch.nextRecord === fetch.records.length;
    // Compaction may have removed the records after it.
    moveTo(fetch, isLast ? Number(fetch.batches[fetch.nextBatch - 1]?.offset) + 1 : record.offset + 1);
  }

  /** Moves records until the limits are reached or none is left; returns the bytes so far. */
  function takeFrom(fetch: Fetch, taken: LogRecord[], { maxRecords, maxBytes, bytes }: PollLimits & Bytes): number {
    let sum = bytes;
    for (let record = peek(fetch); record; record = peek(fetch)) {
      sum += recordBytes(record);
      if (taken.length >= maxRecords || (taken.length > 0 && sum > maxBytes)) break;
      taken.push(record);
      pass(fetch, record);
    }
    return sum;
  }

  return {
    add(kafkaPartition: number, { batches, fromOffset }: Fetched): BufferedFetch {
      const fetch: Fetch = {
        ...{ kafkaPartition, batches, fromOffset, nextBatch: 0 },
        ...{ records: [], nextRecord: 0, next: undefined },
      };
      fetches.set(kafkaPartition, fetch);
      return {
        isEmpty: () => isUsedUp(fetch),
        next: () => fetch.next,
        drop: () => {
          if (fetches.get(kafkaPartition) === fetch) fetches.delete(kafkaPartition);
        },
      };
    },
    /** By kafka partition, the offset before which nothing is left to take. */
    position: (): ReadonlyMap<number, number> => position,
    /**
     * Each call starts with another kafka partition, so that a busy one cannot starve the others.
     * @throws the error of decoding a batch, on every further call: the batch is not skipped. Records before it are
     * returned first.
     */
    take(limits: PollLimits): LogRecord[] {
      const taken: LogRecord[] = [];
      const all = [...fetches.values()];
      firstPlace += 1;
      try {
        if (failure !== undefined) throw failure.error;
        let bytes = 0;
        for (let turn = 0; turn < all.length; turn += 1) {
          const fetch = all[(firstPlace + turn) % all.length];
          if (fetch === undefined) continue;
          bytes = takeFrom(fetch, taken, { ...limits, bytes });
          if (!isUsedUp(fetch)) return taken;
          fetches.delete(fetch.kafkaPartition);
          onEmptied();
        }
      } catch (error) {
        failure = { error };
        if (taken.length === 0) throw error;
      }
      return taken;
    },
  };
}

function isUsedUp({ nextRecord, records, nextBatch, batches }: Fetch): boolean {
  return nextRecord >= records.length && nextBatch >= batches.length;
}

/** The record's size for a poll's limit. */
function recordBytes({ key, value, headers }: LogRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) bytes += header.value.length;
  return bytes;
}
