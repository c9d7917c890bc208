/** Bytes derived from the key alone, between 1 KB and 200 KB, so that a reader can tell whether they are complete. */
export function bodyFor(key: string): Uint8Array {
  const seed = [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const bytes = new Uint8Array(1_000 + (seed % 200_000));
  for (let at = 0; at < bytes.length; at++) bytes[at] = (seed + at * 131) & 255;
  return bytes;
}
