import { createHash } from 'node:crypto';
import { MAX_NAME_BYTES } from '../metric-store.ts';

/**
 * The names of entries:
 *
 *     ["Italy",null]                 the group's values as a JSON array
 *     001769856300|["Italy",null]    in a window: its start in seconds since 1970, so that names sort by time
 *     001769856300|#9f86d081…        a group whose text is too long: its hash; the text is the entry's label
 */
export type GroupValue = string | number | boolean | null;

const START_DIGITS = 12;
const SEPARATOR = '|';
const HASH_MARK = '#';

/**
 * The name such that all windows that start at or after `startSeconds` sort at or after it, and earlier ones before it.
 */
export function windowName(startSeconds: number): string {
  return `${String(startSeconds).padStart(START_DIGITS, '0')}${SEPARATOR}`;
}

/** Name and label of a group's entry. @param startSeconds start of its window; null for all time */
export function entryName(groupText: string, startSeconds: number | null) {
  const prefix = startSeconds === null ? '' : windowName(startSeconds);
  const isShort = Buffer.byteLength(groupText) <= MAX_NAME_BYTES - prefix.length;
  if (isShort) return { name: prefix + groupText, label: null };
  const hash = createHash('sha256').update(groupText).digest('hex');
  return { name: `${prefix}${HASH_MARK}${hash}`, label: groupText };
}

export interface ParsedName {
  /** null for all time. */
  readonly startSeconds: number | null;
  readonly group: readonly GroupValue[];
}

/** Returns an entry's group and window. */
export function parseEntryName(name: string, label: string | null): ParsedName {
  const isWindow = name.charAt(START_DIGITS) === SEPARATOR && /^\d{12}$/.test(name.slice(0, START_DIGITS));
  const groupText = label ?? (isWindow ? name.slice(START_DIGITS + 1) : name);
  return {
    startSeconds: isWindow ? Number(name.slice(0, START_DIGITS)) : null,
    group: JSON.parse(groupText),
  };
}
