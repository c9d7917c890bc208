import type { ObjectFiles } from '../pipeline/ports.ts';

type Fetched = Awaited<ReturnType<ObjectFiles['fetch']>>;

interface Shared {
  readonly file: Promise<Fetched>;
  users: number;
}

/** Fetches an object once for all concurrent users, and releases it with the last of them. */
export function sharedFiles(files: Pick<ObjectFiles, 'fetch'>): Pick<ObjectFiles, 'fetch'> {
  const open = new Map<string, Shared>();
  return {
    async fetch(key) {
      const shared = open.get(key) ?? { file: files.fetch(key), users: 0 };
      open.set(key, shared);
      shared.users += 1;
      const leave = () => {
        shared.users -= 1;
        if (shared.users > 0) return false;
        open.delete(key);
        return true;
      };
      try {
        const { path, release } = await shared.file;
        return { path, release: async () => void (leave() && (await release())) };
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
