import { createHash } from 'node:crypto';
import type { Contract } from '../../contracts/contract.ts';
import { topicOf } from '../../derive/topic.ts';
import { consumerGroup, type ReaderName, topicReaders } from '../../derive/topic-readers.ts';

import type { StreamSource } from './folder-identity.ts';

/** The owner in the names of consumer groups. */
const OWNER = 'weir';

interface GroupOwner {
  readonly folderId: string;
  readonly contracts: readonly Contract[];
  readonly topics: ReadonlyMap<string, string>;
}

/**
 * The group of a reader of a stream. If the reader's output is in the data folder, so is the group, and another folder
 * reads the topic separately. If its output goes to topics, which all folders share, the group belongs to the topics.
 */
export function groupOf(reader: ReaderName, source: StreamSource, { folderId, contracts, topics }: GroupOwner): string {
  const { stream, incarnation, topicId } = source;
  const targets = contracts.filter(({ refinedFrom }) => refinedFrom === stream);
  const written = targets.map((contract) => topicOf(contract, topics)).sort();
  const owner = topicReaders[reader].writesTopics ? digest([topicId ?? '', ...written]) : folderId;
  return `${formerGroup(reader, stream)}-${owner}-i${incarnation}`;
}

/** The name in the first versions, which had no folder ids. */
export const formerGroup = (reader: ReaderName, stream: string) => consumerGroup(OWNER, reader, { name: stream });

const digest = (texts: readonly string[]) => createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 8);

/** What a group has committed, by kafka partition. */
export function committedIn(offsets: readonly (number | null)[]): ReadonlyMap<number, number> {
  return new Map([...offsets.entries()].filter((entry): entry is [number, number] => entry[1] !== null));
}
