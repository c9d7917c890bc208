import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing; answers the outermost one that was made, undefined when all were
 * there. Node's own recursive call never ends, and takes a whole core, where a folder is there that takes no others and
 * says that it is not there, as `/proc` does.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  const above = dirname(path);
  const outermost = above === path ? undefined : await makeFolder(above);
  try {
    await mkdir(path);
    return outermost ?? path;
  } catch (error) {
    // Another process was faster, which is as good.
    if (await isFolder(path)) return outermost;
    throw error;
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
