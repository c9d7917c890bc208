import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTrouble, systemCode } from '../file-trouble.ts';
import { replaceDurably } from './durable-file.ts';
import { CorruptLogError } from './segment.ts';

/** In the log's folder: `{"id":"…"}`. */
export const IDENTITY_FILE = 'log.json';

/**
 * The unique id of the log in this folder, generated on first opening. A log whose files were deleted gets a new one.
 * @throws CorruptLogError
 */
export async function logIdentity(dir: string): Promise<string> {
  const path = join(dir, IDENTITY_FILE);
  const known = await readIdentity(path);
  if (known !== undefined) return known;
  const id = randomUUID();
  try {
    await replaceDurably(path, `${JSON.stringify({ id })}\n`);
  } catch (error) {
    throw fileTrouble('write', path, error);
  }
  return id;
}

async function readIdentity(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileTrouble('read', path, error);
  }
  const id = idIn(text);
  if (id !== undefined) return id;
  throw new CorruptLogError(
    `event log: ${path} is damaged: expected {"id":"…"}. Delete it: the log then counts as a new one, which its data folder ` +
      'refuses with the settings to use',
  );
}

function idIn(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text);
    return typeof id === 'string' && id !== '' ? id : undefined;
  } catch {
    return undefined;
  }
}
