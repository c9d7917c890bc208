import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../../contracts/contract.ts';
import { topicOf } from '../../derive/topic.ts';
import { type ReaderName, readerNames } from '../../derive/topic-readers.ts';
import type { EventLog } from '../../pipeline/ports.ts';
import { settings as all, SettingError, type Settings } from '../../settings.ts';
import { committedIn, formerGroup } from './consumer-groups.ts';
import type { DataFolder } from './data-folder.ts';
import type { StreamSource } from './folder-identity.ts';

/** The current names of a stream's groups. */
interface StreamGroups {
  readonly source: StreamSource;
  readonly groups: Readonly<Record<ReaderName, string>>;
}

/** A folder whose lake was filled by a version that wrote no `folder.json`. */
interface FormerFolder {
  readonly folder: DataFolder;
  readonly settings: Settings;
  readonly contracts: readonly Contract[];
  readonly log: EventLog;
}

/** Whether a lake has tables. */
export async function holdsRows(lakeDir: string): Promise<boolean> {
  if (!existsSync(lakeDir)) return false;
  return (await readdir(lakeDir)).some((name) => !name.startsWith('.'));
}

/** An earlier version's folder does not record what its lake was read from; an embedded log in it is the evidence. */
export async function assertFormerLog(options: FormerFolder): Promise<void> {
  const { folder, settings } = options;
  const isEmbedded = settings.brokers === '';
  const wasEmbedded = existsSync(join(folder.log, 'groups')) || (isEmbedded && (await holdsRecords(options)));
  if (wasEmbedded === isEmbedded) return;
  throw new SettingError(
    isEmbedded
      ? `${folder.dir} has a lake, and no embedded log that it was read from: it must have been read from a Kafka. Start it with ` +
          `that (--brokers), or choose another folder (${all.dataDir.variable})`
      : `${folder.dir} was used with its embedded log, and is to be used with the Kafka at ${settings.brokers}: the positions ` +
          'of its rows would then mean two records each. Choose another folder ' +
          `(${all.dataDir.variable}), or leave out --brokers. If all of its rows are from this Kafka, delete ${join(folder.log, 'groups')}`,
  );
}

async function holdsRecords({ log, contracts, settings }: FormerFolder): Promise<boolean> {
  const ends = await Promise.all(contracts.map((contract) => log.endOffsets(topicOf(contract, settings.topics))));
  return ends.flat().some((end) => end > 0);
}

/** Adopts the offsets committed by a version without folder ids, unless newer groups have committed already. */
export async function takeOverOffsets(
  { source: { stream, topic }, groups }: StreamGroups,
  log: EventLog,
): Promise<void> {
  for (const reader of readerNames) {
    const own = await log.committedOffsets(topic, groups[reader]);
    const before = committedIn(await log.committedOffsets(topic, formerGroup(reader, stream)));
    if (before.size > 0 && own.every((offset) => offset === null)) await log.moveGroup(topic, groups[reader], before);
  }
}
