import { embeddedEventLog } from '../adapters/embedded/event-log/embedded-event-log.ts';
import { acquireWriterLock } from '../adapters/embedded/writer-lock.ts';
import type { Clock, EventLog } from '../pipeline/ports.ts';
import { settings as all, SettingError, type Settings } from '../settings.ts';
import type { DataFolder } from './folder/data-folder.ts';
import { kafkaSecurityOf } from './kafka-security.ts';

export interface OpenEventLogOptions {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Called with one-line warnings for the operator. */
  readonly warn: (line: string) => void;
}

const MEBIBYTE = 1024 * 1024;

/**
 * The log in the data folder. This process is its writer until the log is closed.
 * @throws WriterLockedError if another process is its writer.
 */
export function openEmbeddedLog({ folder, settings, clock, warn }: OpenEventLogOptions): Promise<EventLog> {
  return embeddedEventLog({
    dir: folder.log,
    clock,
    maxTopicBytes: settings.logMaxTopicMegabytes * MEBIBYTE,
    warn,
  });
}

/**
 * The log of the configured brokers. Does not connect yet.
 * @throws SettingError if its settings conflict, or if this machine does not support them.
 */
export async function openKafkaLog({ settings, warn }: OpenEventLogOptions): Promise<EventLog> {
  const { kafkaEventLog } = await import('../adapters/kafka/kafka-event-log.ts');
  await assertCompressionWorks(settings);
  const brokers = settings.brokers.split(',').flatMap((broker) => broker.trim() || []);
  return kafkaEventLog({
    brokers,
    clientId: 'weir',
    sessionTimeoutMs: settings.kafkaSessionSeconds * 1000,
    compression: settings.kafkaCompression,
    security: await kafkaSecurityOf(settings),
    warn,
  });
}

async function assertCompressionWorks({ kafkaCompression }: Settings): Promise<void> {
  const { compressor } = await import('../adapters/kafka/codecs.ts');
  try {
    await compressor(kafkaCompression);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new SettingError(`${all.kafkaCompression.variable}: ${found}`, { cause });
  }
}

/**
 * The log that the pipeline runs on. With either kind, this process is the only pipeline on the data folder until the
 * log is closed.
 * @throws WriterLockedError if another process is running a pipeline on it.
 */
export async function openPipelineLog(options: OpenEventLogOptions): Promise<EventLog> {
  if (options.settings.brokers === '') return openEmbeddedLog(options);
  const lock = await acquireWriterLock(options.folder.log, `the data folder ${options.folder.dir}`);
  try {
    const log = await openKafkaLog(options);
    return { ...log, close: () => log.close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}
