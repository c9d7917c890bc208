/** A weak ETag: answers with the same revision are equivalent, not identical. */
export function etag(revision: string): string {
  return `W/"${revision}"`;
}

/** Whether an `If-None-Match` header names this tag. @see RFC 9110, section 13.1.2: tags are compared weakly */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((one) => opaque(one) === opaque(tag));
}

const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
