/** The longest key that S3 accepts. */
const MAX_KEY_BYTES = 1024;

/**
 * Whether every store can hold an object with this key: relative, segments separated by `/`, none of them empty, `.` or
 * `..`, no NUL, well-formed Unicode, at most 1,024 bytes of UTF-8.
 */
function isObjectKey(key: string): boolean {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return false;
  return !key.includes('\0') && key.isWellFormed() && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** Whether a key can start with `prefix`, judging by its folders. */
export function isKeyPrefix(prefix: string): boolean {
  const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
  return !prefix.startsWith('/') && (folder === '' || isObjectKey(folder));
}

/** @throws if `isObjectKey` returns false */
export function assertObjectKey(key: string): void {
  if (isObjectKey(key)) return;
  const expected = 'a relative path without empty, "." or ".." segments, at most 1,024 bytes long';
  throw new Error(`object key: expected ${expected}, found ${JSON.stringify(key.slice(0, 200))}`);
}

/** Characters whose UTF-16 code units, by which JavaScript compares, do not sort like UTF-8. */
const SURROGATES_AND_BEYOND = /[\ud800-\uffff]/;

/** Orders keys as S3 lists them: by UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  if (SURROGATES_AND_BEYOND.test(a) || SURROGATES_AND_BEYOND.test(b))
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
