import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { type Clock, type EventLog, type TopicSettings, UnknownTopicError } from '../../../pipeline/ports.ts';
import { assertName } from '../../log-names.ts';
import { makeFolder } from '../../make-folder.ts';
import { fileTrouble } from '../file-trouble.ts';
import { acquireWriterLock } from '../writer-lock.ts';
import { type CommittedOffsets, meaningIn, openCommittedOffsets } from './committed-offsets.ts';
import { consumerGroups } from './consumer-groups.ts';
import { type EmbeddedReader, embeddedReader } from './embedded-reader.ts';
import { logIdentity } from './log-identity.ts';
import type { PartitionLog } from './partition-log.ts';
import { createTopicLog, openTopicLog, readTopic, type TopicLog } from './topic-log.ts';

export interface EmbeddedEventLogOptions {
  /** Created if it does not exist; only one log at a time may have it open. */
  readonly dir: string;
  readonly clock: Clock;
  /** The approximate size limit of a topic, above which its oldest segments are deleted. */
  readonly maxTopicBytes: number;
  /** The size at which a segment is closed. By default a sixteenth of `maxTopicBytes`, 32 MiB at most. */
  readonly segmentBytes?: number;
  /** Called with one-line warnings: records truncated, or dropped unread. */
  readonly warn: (line: string) => void;
}

const LARGEST_DEFAULT_SEGMENT_BYTES = 32 * 1024 * 1024;

/**
 * A durable log on the local disk:
 *
 *     <dir>/writer.lock                       its single writing process
 *           log.json                          its identity
 *           topics/<topic>/topic.json         its settings and id
 *                          <kafka partition>/ segments, see segment.ts and record-frame.ts
 *           groups/<topic>/<group>.json       committed offsets
 *
 * An append resolves after fsync; concurrent appends share one. A write left unfinished by a crash is truncated here.
 * @throws WriterLockedError if another process has it open; CorruptLogError if acknowledged records are damaged.
 */
export async function embeddedEventLog(options: EmbeddedEventLogOptions): Promise<EventLog> {
  const lock = await acquireWriterLock(options.dir, `the event log in ${options.dir}`);
  try {
    const identity = await logIdentity(options.dir);
    const topics = await openTopics(options);
    return openedLog({ ...options, identity }, topics, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function topicOptions({ dir, clock, warn, maxTopicBytes, segmentBytes }: EmbeddedEventLogOptions) {
  const fallback = Math.min(Math.ceil(maxTopicBytes / 16), LARGEST_DEFAULT_SEGMENT_BYTES);
  return { folder: join(dir, 'topics'), clock, warn, maxTopicBytes, segmentBytes: segmentBytes ?? fallback };
}

async function openTopics(options: EmbeddedEventLogOptions): Promise<Map<string, TopicLog>> {
  const topics = new Map<string, TopicLog>();
  const inner = topicOptions(options);
  try {
    await makeFolder(inner.folder);
    for (const topic of (await readdir(inner.folder)).sort()) {
      const stored = await readTopic(inner.folder, topic);
      if (stored !== undefined) topics.set(topic, await openTopicLog(inner, stored));
    }
    return topics;
  } catch (error) {
    await Promise.allSettled([...topics.values()].map((topic) => topic.close()));
    throw error instanceof Error && 'code' in error ? fileTrouble('open', inner.folder, error) : error;
  }
}

interface OpenedLogOptions extends EmbeddedEventLogOptions {
  readonly identity: string;
}

function openedLog(options: OpenedLogOptions, topics: Map<string, TopicLog>, release: () => void): EventLog {
  const { dir, clock, identity, warn } = options;
  const groups = consumerGroups();
  const readers = new Set<EmbeddedReader>();
  const commits = new Set<Promise<void>>();
  const committed = new Map<string, Promise<CommittedOffsets>>();
  const inTurn = pLimit(1);
  let closing: Promise<void> | undefined;

  function topicLog(topic: string): TopicLog {
    if (closing !== undefined) throw new Error('event log: it is closed');
    assertName('topic', topic);
    const found = topics.get(topic);
    if (found !== undefined) return found;
    const known = [...topics.keys()].join(', ');
    throw new UnknownTopicError(`event log: no topic ${topic} in ${dir}; create it first (there are: ${known})`);
  }

  const eachPartition = <T>(topic: string, of: (partition: PartitionLog) => T): T[] =>
    topicLog(topic).partitions().map(of);

  function committedBy(topic: string, group: string): Promise<CommittedOffsets> {
    assertName('group', group);
    const path = join(dir, 'groups', topic, `${group}.json`);
    const opened = committed.get(path) ?? openCommittedOffsets(path);
    committed.set(path, opened);
    // Offsets that cannot be read now may be readable later.
    opened.catch(() => committed.delete(path));
    return opened;
  }

  async function createTopic(settings: TopicSettings): Promise<void> {
    const existing = topics.get(settings.topic);
    if (existing === undefined) topics.set(settings.topic, await createTopicLog(topicOptions(options), settings));
    else await existing.change(settings);
    groups.topicGrew(settings.topic, topicLog(settings.topic).partitions().length);
  }

  async function close(): Promise<void> {
    await inTurn(() => {});
    await Promise.allSettled([...[...readers].map((reader) => reader.close()), ...commits]);
    const closings = await Promise.allSettled([...topics.values()].map((topic) => topic.close()));
    release();
    for (const one of closings) if (one.status === 'rejected') throw one.reason;
  }

  return {
    identity: async () => identity,
    topicId: async (topic) => topicLog(topic).id,
    createTopic: async (settings) => {
      assertName('topic', settings.topic);
      if (!Number.isSafeInteger(settings.kafkaPartitions) || settings.kafkaPartitions < 1) {
        const found = `found ${settings.kafkaPartitions}`;
        throw new Error(`event log: topic ${settings.topic}: expected one kafka partition at least, ${found}`);
      }
      if (closing !== undefined) throw new Error('event log: it is closed');
      await inTurn(() => createTopic(settings));
    },
    topics: async () => [...topics.keys()].sort(),
    kafkaPartitions: async (topic) => topicLog(topic).partitions().length,
    append: async (topic, kafkaPartition, records) => {
      const partitions = topicLog(topic).partitions();
      const partition = partitions[kafkaPartition];
      if (partition !== undefined) return { firstOffset: await partition.append(records) };
      const expected = `expected a kafka partition from 0 to ${partitions.length - 1}, found ${kafkaPartition}`;
      throw new Error(`event log: cannot append to topic ${topic}: ${expected}`);
    },
    openReader: async (topic, group) => {
      const log = topicLog(topic);
      const reader = embeddedReader({ topic, group, log, committed: await committedBy(topic, group), clock, warn });
      const leave = groups.join(topic, group, reader, () => log.partitions().length);
      readers.add(reader);
      return {
        poll: reader.poll,
        position: () => reader.position(),
        commit: async (next) => {
          if (closing !== undefined) throw new Error('event log: it is closed');
          const commit = reader.commit(next);
          commits.add(commit);
          await commit.finally(() => commits.delete(commit));
        },
        close: async () => {
          readers.delete(reader);
          leave();
          await reader.close();
        },
      };
    },
    startOffsets: async (topic) => eachPartition(topic, (partition) => partition.startOffset()),
    endOffsets: async (topic) => eachPartition(topic, (partition) => partition.endOffset()),
    offsetsAt: async (topic, timestampMs) =>
      Promise.all(eachPartition(topic, (partition) => partition.offsetAt(timestampMs))),
    committedOffsets: async (topic, group) => {
      const log = topicLog(topic);
      const offsets = await committedBy(topic, group);
      return log
        .partitions()
        .map((partition, kafkaPartition) => meaningIn(partition.endOffset(), offsets.of(kafkaPartition)));
    },
    moveGroup: async (topic, group, next) => {
      topicLog(topic);
      const members = groups.members(topic, group);
      if (members > 0) throw new Error(`event log: cannot move group ${group} in ${topic}: it has ${members} readers`);
      await (await committedBy(topic, group)).commit(next);
    },
    readers: async (topic, group) => {
      topicLog(topic);
      return groups.members(topic, group);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
