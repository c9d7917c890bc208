import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import type { Clock, TopicSettings } from '../../../pipeline/ports.ts';
import { makeFolder } from '../../make-folder.ts';
import { fileTrouble, systemCode } from '../file-trouble.ts';
import { replaceDurably, syncFolder } from './durable-file.ts';
import { openPartitionLog, type PartitionLog } from './partition-log.ts';
import { CorruptLogError } from './segment.ts';
import { enforceRetention } from './topic-retention.ts';

export interface TopicLogOptions {
  /** The folder of all topics. */
  readonly folder: string;
  readonly clock: Clock;
  readonly segmentBytes: number;
  readonly maxTopicBytes: number;
  readonly warn: (line: string) => void;
}

/** The content of `topic.json`. */
export interface StoredTopic extends TopicSettings {
  /** Generated when the topic is created; undefined in a log of an earlier version. */
  readonly id: string | undefined;
}

/** One topic: its settings in `topic.json`, and a folder for each kafka partition. */
export interface TopicLog {
  readonly id: string;
  partitions(): readonly PartitionLog[];
  /** Adopts the retention, and adds kafka partitions. The timestamp type does not change. */
  change(settings: TopicSettings): Promise<void>;
  /** Calls back after every append until the returned function is called. */
  onAppended(listener: () => void): () => void;
  close(): Promise<void>;
}

const SETTINGS_FILE = 'topic.json';
/** Segments also expire while none is closed. */
const RETENTION_EVERY_MS = 60_000;

/** Creates the topic durably, without records. */
export async function createTopicLog(options: TopicLogOptions, settings: TopicSettings): Promise<TopicLog> {
  const folder = join(options.folder, settings.topic);
  try {
    if ((await makeFolder(folder)) !== undefined) await syncFolder(dirname(folder));
    const stored = { ...settings, id: randomUUID() };
    await saveTopic(folder, stored);
    return await openTopicLog(options, stored);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? fileTrouble('make the topic', folder, error) : error;
  }
}

/** @throws CorruptLogError */
export async function openTopicLog(options: TopicLogOptions, given: StoredTopic): Promise<TopicLog> {
  const { clock, maxTopicBytes, segmentBytes, warn } = options;
  const folder = join(options.folder, given.topic);
  const id = given.id ?? randomUUID();
  const listeners = new Set<() => void>();
  const partitions: PartitionLog[] = [];
  let settings: StoredTopic = { ...given, id };
  let checkedAtMs = clock.now();
  const inTurn = pLimit(1);

  function retain(): void {
    checkedAtMs = clock.now();
    const limits = { oldestMs: checkedAtMs - settings.retentionMs, maxBytes: maxTopicBytes };
    // The next round retries; appends continue meanwhile.
    void inTurn(() => enforceRetention(partitions, limits)).catch((error) =>
      warn(`event log: topic ${settings.topic}: ${error instanceof Error ? error.message : error}`),
    );
  }

  function appended(rolled: boolean): void {
    for (const listener of listeners) listener();
    if (rolled || clock.now() - checkedAtMs >= RETENTION_EVERY_MS) retain();
  }

  async function openPartitions(count: number): Promise<void> {
    while (partitions.length < count) {
      const partition = await openPartitionLog({
        folder: join(folder, String(partitions.length)),
        clock,
        segmentBytes,
        timestampType: () => settings.timestampType,
        onAppended: appended,
        warn,
      });
      partitions.push(partition);
    }
  }

  const close = async () => {
    const closings = await Promise.allSettled(partitions.map((partition) => partition.close()));
    await inTurn(() => {});
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
  };

  try {
    if (given.id === undefined) await saveTopic(folder, settings);
    await openPartitions(settings.kafkaPartitions);
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  retain();

  return {
    id,
    partitions: () => partitions,
    change: async ({ kafkaPartitions, retentionMs }) => {
      const changed = {
        ...settings,
        retentionMs,
        kafkaPartitions: Math.max(kafkaPartitions, settings.kafkaPartitions),
      };
      if (JSON.stringify(changed) !== JSON.stringify(settings)) await saveTopic(folder, changed);
      settings = changed;
      await openPartitions(settings.kafkaPartitions);
    },
    onAppended: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

async function saveTopic(folder: string, topic: StoredTopic): Promise<void> {
  await replaceDurably(join(folder, SETTINGS_FILE), `${JSON.stringify(topic)}\n`);
}

/** The stored topic in a folder; undefined if a crash came before it was written. @throws CorruptLogError */
export async function readTopic(folder: string, topic: string): Promise<StoredTopic | undefined> {
  const path = join(folder, topic, SETTINGS_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileTrouble('read', path, error);
  }
  const stored = parseTopic(text, topic);
  if (stored !== undefined) return stored;
  throw new CorruptLogError(
    `event log: ${path} is damaged: expected ` +
      '{"topic":"…","kafkaPartitions":1,"timestampType":"LogAppendTime","retentionMs":604800000,"id":"…"}. Write it anew.',
  );
}

function parseTopic(text: string, topic: string): StoredTopic | undefined {
  try {
    const { kafkaPartitions, timestampType, retentionMs, id } = JSON.parse(text);
    if (!Number.isSafeInteger(kafkaPartitions) || kafkaPartitions < 1 || !Number.isFinite(retentionMs))
      return undefined;
    if (timestampType !== 'LogAppendTime' && timestampType !== 'CreateTime') return undefined;
    if (id !== undefined && typeof id !== 'string') return undefined;
    return { topic, kafkaPartitions, timestampType, retentionMs, id };
  } catch {
    return undefined;
  }
}
