import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { replaceDurably } from '../../adapters/embedded/event-log/durable-file.ts';
import { fileTrouble, systemCode } from '../../adapters/embedded/file-trouble.ts';

/** A topic that the rows of a stream's incarnation come from. */
export interface StreamSource {
  readonly stream: string;
  readonly incarnation: number;
  /** The log's identity: of a Kafka cluster, or of an embedded log. */
  readonly log: string;
  readonly topic: string;
  /** null if the log has no topic ids. */
  readonly topicId: string | null;
}

/** The content of `folder.json`: the owner of the folder's groups, and the topics that the lake was read from. */
export interface FolderIdentity {
  /** Eight random hexadecimal digits, generated at the first start. */
  readonly id: string;
  readonly sources: readonly StreamSource[];
}

export const newFolderId = () => randomBytes(4).toString('hex');

/** null if no pipeline of this version has run on the folder. @throws if the file is damaged or cannot be read */
export async function readFolderIdentity(path: string): Promise<FolderIdentity | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw fileTrouble('read', path, error);
  }
  const identity = identityIn(text);
  if (identity !== undefined) return identity;
  throw new Error(
    `${path} is damaged: expected {"id":"…","sources":[…]}. Delete it to have Weir take the log of the next start for the one ` +
      'that the lake was read from, and read its topics again from the start: what the lake has already is left out',
  );
}

/** Durable once it resolves, and atomic even if the process is killed. */
export async function writeFolderIdentity(path: string, identity: FolderIdentity): Promise<void> {
  try {
    await replaceDurably(path, `${JSON.stringify(identity, null, 1)}\n`);
  } catch (error) {
    throw fileTrouble('write', path, error);
  }
}

function identityIn(text: string): FolderIdentity | undefined {
  try {
    const { id, sources } = JSON.parse(text);
    if (typeof id !== 'string' || !/^[0-9a-f]{8}$/.test(id) || !Array.isArray(sources)) return undefined;
    return sources.every(isSource) ? { id, sources } : undefined;
  } catch {
    return undefined;
  }
}

function isSource(found: Partial<Record<keyof StreamSource, unknown>> | null): boolean {
  if (typeof found !== 'object' || found === null) return false;
  const { stream, incarnation, log, topic, topicId } = found;
  const isNamed = [stream, log, topic].every((text) => typeof text === 'string');
  return isNamed && Number.isSafeInteger(incarnation) && (topicId === null || typeof topicId === 'string');
}
