import type { Place } from './location.ts';

/** Which dead letters a page, a replay or a command means. */
export interface LetterSelection {
  readonly stream?: string;
  readonly reason?: string;
  /** The first failing field; empty for the whole record. */
  readonly path?: string;
}

export function selectionOf({ query: { stream, reason, path } }: Place): LetterSelection {
  return { ...(stream && { stream }), ...(reason && { reason }), ...(path && { path }) };
}

/** `weir dlq replay --stream shop.feedback --reason rule --dry-run`, as a shell takes it whatever names it has. */
export function replayCommand({ stream, reason, path }: LetterSelection & { readonly stream: string }): string {
  const options = [
    ['--stream', stream],
    ['--reason', reason],
    ['--path', path],
  ].flatMap(([option, value]) => (value === undefined || value === '' ? [] : [`${option} ${shellWord(value)}`]));
  return ['weir dlq replay', ...options, '--dry-run'].join(' ');
}

function shellWord(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
