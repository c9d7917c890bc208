/** The beginnings of operating system errors in DuckDB's messages, and the code that Node would give. */
const CODES: readonly (readonly [string, string])[] = [
  ['no space left', 'ENOSPC'],
  ['disk quota exceeded', 'EDQUOT'],
  ['file too large', 'EFBIG'],
  ['read-only file system', 'EROFS'],
  ['permission denied', 'EACCES'],
  ['operation not permitted', 'EPERM'],
  ['no such file', 'ENOENT'],
  ['not a directory', 'ENOTDIR'],
  ['is a directory', 'EISDIR'],
  ['input/output error', 'EIO'],
  ['too many open', 'EMFILE'],
];

/**
 * The code of an operating system error that DuckDB's message passes on, such as `EROFS`: the file itself is intact.
 * Undefined for any other message.
 */
export function systemCodeIn(message: string): string | undefined {
  const text = message.toLowerCase();
  return CODES.find(([words]) => text.includes(words))?.[1];
}
