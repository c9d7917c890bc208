import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and its missing parents; returns the outermost one created, undefined if all existed. Node's own
 * recursive call never ends, and uses a whole core, below a folder that exists, cannot contain others and reports that
 * it does not exist, such as `/proc`.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  const above = dirname(path);
  const outermost = above === path ? undefined : await makeFolder(above);
  try {
    await mkdir(path);
    return outermost ?? path;
  } catch (error) {
    // Another process was faster, which is just as good.
    if (await isFolder(path)) return outermost;
    throw error;
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
