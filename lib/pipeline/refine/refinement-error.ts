import type { Header } from '../ports.ts';

/** A header of a refined stream's record: the refinement's code threw, and the value is the source's payload. */
const NAME = 'weir-refinement-error';

/** Any producer may set the header, and its text goes into a dead letter. */
const KIND = /^[\w ]{1,60}$/;

/** @param kind the error's name, without its message: `RangeError`. */
export function refinementErrorHeader(kind: string): Header {
  return { name: NAME, value: Buffer.from(kind) };
}

/** What a refinement's code threw for this record's source; undefined if nothing. */
export function refinementError(headers: readonly Header[]): string | undefined {
  const header = headers.find(({ name }) => name === NAME);
  if (header === undefined) return undefined;
  const kind = Buffer.from(header.value).toString('latin1');
  return KIND.test(kind) ? kind : 'an error';
}
