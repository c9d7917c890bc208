import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type EmbeddedEventLogOptions,
  embeddedEventLog,
} from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { EventLog, LogRecord, RecordToAppend } from '../../lib/pipeline/ports.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const TOPIC = 'shop.purchases';

/** An embedded log in its own folder, with one topic of one kafka partition, and the warnings it gave. */
export async function embeddedLogOnDisk(options: Partial<EmbeddedEventLogOptions> = {}) {
  const folder = await temporaryFolder();
  const warnings: string[] = [];
  const open = (changed: Partial<EmbeddedEventLogOptions> = {}) =>
    embeddedEventLog({
      dir: folder.path,
      clock: systemClock,
      maxTopicBytes: 1e9,
      warn: (line) => warnings.push(line),
      ...options,
      ...changed,
    });
  const segmentFolder = join(folder.path, 'topics', TOPIC, '0');
  return {
    dir: folder.path,
    open,
    warnings,
    segmentFolder,
    /** In ascending order. */
    segmentPaths: async () =>
      (await readdir(segmentFolder))
        .filter((name) => name.endsWith('.log'))
        .sort()
        .map((name) => join(segmentFolder, name)),
    remove: () => folder.remove(),
  };
}

export const purchases = {
  topic: TOPIC,
  kafkaPartitions: 1,
  timestampType: 'LogAppendTime',
  retentionMs: 1e9,
} as const;

export function recordsOf(...values: readonly string[]): RecordToAppend[] {
  return values.map((value) => ({ key: null, value: Buffer.from(value), headers: [] }));
}

/** The values that a new group reads. */
export async function valuesIn(log: EventLog, group: string, topic = TOPIC): Promise<string[]> {
  const reader = await log.openReader(topic, group);
  const values: string[] = [];
  const add = ({ value }: LogRecord) => values.push(Buffer.from(value ?? '').toString());
  for (;;) {
    const records = await reader.poll({ maxRecords: 1000, maxBytes: 1e6, waitMs: 0 });
    if (records.length === 0) break;
    records.forEach(add);
  }
  await reader.close();
  return values;
}
