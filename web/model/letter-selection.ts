import type { Place } from './location.ts';

/** The dead letters that a page, a replay or a command selects. */
export interface LetterSelection {
  readonly stream?: string;
  readonly reason?: string;
  /** The first failing field; empty for the whole record. */
  readonly path?: string;
}

export function selectionOf({ query: { stream, reason, path } }: Place): LetterSelection {
  return { ...(stream && { stream }), ...(reason && { reason }), ...(path && { path }) };
}

/** `weir dlq replay --stream shop.feedback --reason rule --dry-run`, with names quoted for a shell. */
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
