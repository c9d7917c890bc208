import type { RecordToAppend } from '../../lib/pipeline/ports.ts';
import type { AppendableLog } from '../../lib/pipeline/produce.ts';

/** One call of `append`. */
export interface Append {
  readonly topic: string;
  readonly kafkaPartition: number;
  readonly records: readonly RecordToAppend[];
}

/** Accepts and records appends; `onAppend` may make one wait or fail before it counts. */
export function recordedAppends(kafkaPartitions: number, onAppend?: (append: Append) => Promise<void> | void) {
  const appends: Append[] = [];
  const log: AppendableLog = {
    kafkaPartitions: async () => kafkaPartitions,
    append: async (topic, kafkaPartition, records) => {
      const append = { topic, kafkaPartition, records };
      await onAppend?.(append);
      const before = appends.filter((one) => one.topic === topic && one.kafkaPartition === kafkaPartition);
      appends.push(append);
      return { firstOffset: before.reduce((sum, one) => sum + one.records.length, 0) };
    },
  };
  const values = (kafkaPartition?: number): readonly string[] =>
    appends
      .filter((append) => kafkaPartition === undefined || append.kafkaPartition === kafkaPartition)
      .flatMap(({ records }) => records.map(({ value }) => Buffer.from(value ?? '').toString()));
  return { log, appends, values };
}
