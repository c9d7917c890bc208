import { directoryObjectStore } from '../../adapters/embedded/directory-object-store.ts';
import type { Contract } from '../../contracts/contract.ts';
import { topicOf } from '../../derive/topic.ts';
import type { ReaderName } from '../../derive/topic-readers.ts';
import { PermanentError } from '../../pipeline/permanent-error.ts';
import type { Clock, EventLog } from '../../pipeline/ports.ts';
import { RecreatedTopicError } from '../../pipeline/recreated-topic.ts';
import { settings as all, SettingError, type Settings } from '../../settings.ts';

import { committedIn, groupOf } from './consumer-groups.ts';
import type { DataFolder } from './data-folder.ts';
import { newFolderId, readFolderIdentity, type StreamSource, writeFolderIdentity } from './folder-identity.ts';
import { assertFormerLog, holdsRows, takeOverOffsets } from './former-folder.ts';
import { type LakePositions, lakePositions } from './lake-positions.ts';
import { conflictMessage, isOtherLog, planSources, type SourceConflict } from './stream-sources.ts';

interface JoinLogOptions {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly contracts: readonly Contract[];
  readonly log: EventLog;
  readonly clock: Clock;
  /** Called with one-line warnings for the operator. */
  readonly warn: (line: string) => void;
}

/** A stream and its topic in this folder. */
export interface JoinedStream {
  readonly source: StreamSource;
  readonly groups: Readonly<Record<ReaderName, string>>;
  /** Why it cannot be read; null if it can. */
  readonly refusal: RecreatedTopicError | null;
}

/** A killed member leaves its group shortly after its session times out. */
const SESSION_MARGIN_MS = 3000;
const LOOK_EVERY_MS = 250;

/**
 * Ensures that the folder's lake and the log belong together, and that each group continues where the lake ends.
 * Returns the streams by name. The effects, in order, each idempotent: adopts the offsets committed by an earlier
 * version's groups; writes the folder's identity; moves back groups that are ahead of the lake.
 * @throws SettingError if the lake was read from another log; Error if another pipeline reads for the folder's groups.
 */
export async function joinLog(options: JoinLogOptions): Promise<ReadonlyMap<string, JoinedStream>> {
  const { folder, log, contracts } = options;
  const lake = lakePositions(directoryObjectStore(folder.lake));
  const known = await readFolderIdentity(folder.identityFile);
  const isFormer = known === null && (await holdsRows(folder.lake));
  if (isFormer) await assertFormerLog(options);

  const found = await Promise.all(contracts.map((contract) => sourceOf(contract, options)));
  const byName = new Map(contracts.map((contract) => [contract.name, contract]));
  const { sources, conflicts } = await planSources(known?.sources ?? [], found, async ({ stream, incarnation }) => {
    const contract = byName.get(stream);
    return contract !== undefined && lake.has(contract, incarnation);
  });
  const others = conflicts.filter(isOtherLog);
  if (others.length > 0) throw new SettingError(otherLogMessage(others, options));

  const id = known?.id ?? newFolderId();
  const owner = { folderId: id, contracts, topics: options.settings.topics };
  const joined: JoinedStream[] = [];
  for (const source of found) {
    const groups = {
      sink: groupOf('sink', source, owner),
      refine: groupOf('refine', source, owner),
      meter: groupOf('meter', source, owner),
    };
    const conflict = conflicts.find((one) => one.found === source);
    const reason = conflict === undefined ? await shorterTopic(source, groups.sink, log) : conflictMessage(conflict);
    joined.push({ source, groups, refusal: reason === null ? null : new RecreatedTopicError(reason) });
  }
  for (const one of joined) await assertUnread(one, options);
  if (isFormer) for (const one of joined) await takeOverOffsets(one, log);
  await writeFolderIdentity(folder.identityFile, { id, sources });
  for (const one of joined) if (one.refusal === null) await moveBehindLake(one, byName, lake, options);
  return new Map(joined.map((one) => [one.source.stream, one]));
}

/** Without topic ids, a topic that ends before the position already read is a different one. */
async function shorterTopic(source: StreamSource, group: string, log: EventLog): Promise<string | null> {
  const { stream, topic, topicId, incarnation } = source;
  if (topicId !== null) return null;
  const ends = await log.endOffsets(topic);
  for (const [kafkaPartition, committed] of committedIn(await log.committedOffsets(topic, group))) {
    const end = ends[kafkaPartition] ?? 0;
    if (committed <= end) continue;
    return (
      `${stream}: topic ${topic} was deleted and created again: kafka partition ${kafkaPartition} was read up to ${committed}, and ` +
      `ends at ${end}. Nothing is read. To take in the new one's records beside those, set WEIR_INCARNATIONS=${stream}=${incarnation + 1}`
    );
  }
  return null;
}

async function sourceOf(contract: Contract, { log, settings }: JoinLogOptions): Promise<StreamSource> {
  const topic = topicOf(contract, settings.topics);
  return {
    stream: contract.name,
    incarnation: settings.incarnations.get(contract.name) ?? 0,
    log: await log.identity(),
    topic,
    topicId: await log.topicId(topic),
  };
}

function otherLogMessage(conflicts: readonly SourceConflict[], { folder, settings }: JoinLogOptions): string {
  const [first] = conflicts;
  const found = settings.brokers === '' ? 'the embedded log' : `the Kafka at ${settings.brokers}`;
  const raised = conflicts.map(({ found: { stream }, nextIncarnation }) => `${stream}=${nextIncarnation}`).join(',');
  return (
    `${folder.dir} holds what was read from another log (${first?.known.log}) than ${found} (${first?.found.log}). Choose another ` +
    `folder (${all.dataDir.variable}), or go back to that log. To take in this one's records beside those, set ` +
    `${all.incarnations.variable}=${raised}`
  );
}

/**
 * Warns if another pipeline reads for a group and so receives half of the records. `joinLog` refuses a pipeline that is
 * already reading; two that start at the same moment do not see each other.
 */
export async function warnOfOthers(
  joined: Iterable<JoinedStream>,
  { log, folder, warn }: Pick<JoinLogOptions, 'log' | 'folder' | 'warn'>,
): Promise<void> {
  for (const { groups, source, refusal } of joined) {
    if (refusal === null && (await log.readers(source.topic, groups.sink)) > 1) {
      warn(`${sharedGroup(source.topic, groups.sink)}. Each gets a part of the records only. ${sharedAdvice(folder)}`);
      return;
    }
  }
}

const sharedGroup = (topic: string, group: string) =>
  `another pipeline reads topic ${topic} for this data folder's group ${group}: on a copy of the folder, it seems`;
const sharedAdvice = ({ identityFile }: DataFolder) =>
  `Stop it; or, to have both read everything, delete ${identityFile} in one of the two`;

/** @throws if the group keeps a member for longer than a killed process would remain in it */
async function assertUnread({ groups: { sink: group }, source: { topic } }: JoinedStream, options: JoinLogOptions) {
  const { log, clock, settings, folder } = options;
  const untilMs = clock.now() + settings.kafkaSessionSeconds * 1000 + SESSION_MARGIN_MS;
  while ((await log.readers(topic, group)) > 0) {
    if (clock.now() > untilMs) {
      throw new Error(`${sharedGroup(topic, group)}. ${sharedAdvice(folder)}`);
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
}

/** A lake that was restored, or that lost its newest objects, is behind its group's committed offsets. */
async function moveBehindLake(
  { source: { stream, incarnation, topic }, groups: { sink: group } }: JoinedStream,
  contracts: ReadonlyMap<string, Contract>,
  lake: LakePositions,
  { log, warn }: JoinLogOptions,
): Promise<void> {
  const contract = contracts.get(stream);
  if (contract === undefined) return;
  const starts = await log.startOffsets(topic);
  const behind = new Map<number, number>();
  for (const [kafkaPartition, committed] of committedIn(await log.committedOffsets(topic, group))) {
    const place = { contract, incarnation, kafkaPartition };
    const newest = await lake.newestOffset(place, committed - 1).catch(wherePermanent);
    // A damaged object is ignored here; the sink reports it if it blocks a chain.
    if (newest === null) continue;
    const next = Math.max(newest + 1, starts[kafkaPartition] ?? 0);
    if (next < committed) {
      behind.set(kafkaPartition, next);
      const has = newest < 0 ? 'no records of it' : `records up to ${newest} only`;
      warn(
        `topic ${topic}, kafka partition ${kafkaPartition}: had been read up to ${committed}, but the lake has ${has}; ` +
          `reading from ${next} on`,
      );
    }
  }
  if (behind.size > 0) await log.moveGroup(topic, group, behind);
}

function wherePermanent(error: unknown): null {
  if (error instanceof PermanentError) return null;
  throw error;
}
