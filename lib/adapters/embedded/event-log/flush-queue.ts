import type { RecordToAppend } from '../../../pipeline/ports.ts';
import { frameBytes } from './record-frame.ts';

/** Bounds the buffer of a write; the records of several calls share a write and an fsync. */
const MAX_FLUSH_BYTES = 8 * 1024 * 1024;

/** Records that one write makes durable, with the callbacks of their callers. */
export interface Flush {
  readonly records: readonly RecordToAppend[];
  readonly bytes: number;
  /** The first record now has this offset. */
  succeed(firstOffset: number): void;
  fail(error: unknown): void;
}

interface Waiting {
  readonly records: readonly RecordToAppend[];
  next: number;
  firstOffset: number | undefined;
  readonly resolve: (firstOffset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Appends in call order, divided into writes. A call larger than a write takes several consecutive ones. */
export function flushQueue() {
  let waiting: Waiting[] = [];

  return {
    isEmpty: () => waiting.length === 0,
    /** Resolves with the first record's offset once all are durable. */
    add: (records: readonly RecordToAppend[]) =>
      new Promise<number>((resolve, reject) => {
        waiting.push({ records, next: 0, firstOffset: undefined, resolve, reject });
      }),
    /** The next write: at least one record. */
    take: (): Flush => {
      const records: RecordToAppend[] = [];
      const touched: { readonly call: Waiting; readonly ordinal: number }[] = [];
      let bytes = 0;
      for (const call of waiting) {
        if (bytes >= MAX_FLUSH_BYTES) break;
        touched.push({ call, ordinal: records.length });
        while (call.next < call.records.length && bytes < MAX_FLUSH_BYTES) {
          const record = call.records[call.next++];
          if (record === undefined) continue;
          records.push(record);
          bytes += frameBytes(record);
        }
      }
      waiting = waiting.filter((call) => call.next < call.records.length);
      return {
        records,
        bytes,
        succeed: (firstOffset) => {
          for (const { call, ordinal } of touched) {
            call.firstOffset ??= firstOffset + ordinal;
            if (call.next === call.records.length) call.resolve(call.firstOffset);
          }
        },
        fail: (error) => {
          const failed = new Set(touched.map(({ call }) => call));
          waiting = waiting.filter((call) => !failed.has(call));
          for (const call of failed) call.reject(error);
        },
      };
    },
  };
}
