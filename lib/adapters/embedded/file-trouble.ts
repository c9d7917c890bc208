import { systemCodeIn } from '../system-trouble.ts';

/** What to do, by error code; each problem is resolved once it is done. */
const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space',
  EFBIG: 'the file is larger than this process may write: raise the limit (ulimit -f)',
  EACCES: 'permission denied: give this user the right to read and write there',
  EPERM: 'not permitted: the folder must be writable, on a file system with hard links',
  EROFS: 'the file system is read-only: choose another folder',
  ENOENT: 'a folder above it is gone, or takes no folders of ours: choose another folder',
  ENOTSUP: 'the file system has no hard links: choose a folder on one that has',
  EXDEV: 'the folder spans two file systems: keep all of it on one',
  ENOTDIR: 'a file stands where a folder is needed: move it away',
  EEXIST: 'a file stands where a folder is needed: move it away',
  EISDIR: 'a folder stands where a file is needed: move it away',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
  ENAMETOOLONG: 'a name in the path is too long for the file system',
  EIO: 'the disk reports an error: check it',
};

/** The code of a failed system call, such as `ENOENT`; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** An error that says what failed (`write`, `list`), on which path, why and what to do; the original is its cause. */
export function fileTrouble(attempt: string, path: string, cause: unknown): Error {
  const code = systemCode(cause) ?? systemCodeIn(String(cause));
  const reason = code === undefined ? String(cause) : `${advice[code] ?? 'the system refused'} (${code})`;
  return new Error(`cannot ${attempt} ${path}: ${reason}`, { cause });
}
