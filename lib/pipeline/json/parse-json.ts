import { endOfString, skipSpace } from './json-text.ts';
import { type JsonList, type JsonNumber, type JsonObject, type JsonValue, kindOf } from './json-value.ts';

/** A member of the outermost object. */
export interface JsonMember {
  readonly name: string;
  readonly value: JsonValue;
  /** The start and end of the value's own text in the document. */
  readonly start: number;
  readonly end: number;
}

export interface JsonDocument {
  /** In the document's order, including repeated names; undefined if the document is not an object. */
  readonly members: readonly JsonMember[] | undefined;
  /** The kind of the document, in words: `an object`. */
  readonly kind: string;
  /** Whether a string or name contains U+0000 or an unpaired surrogate. */
  readonly hasInvalidText: boolean;
}

/** The maximum nesting of a document that is read: the code that reads and writes values is recursive. */
export const MAX_JSON_LEVELS = 100;

interface Cursor {
  readonly text: string;
  /** Whether control characters occur anywhere: then each string is searched for them. */
  readonly hasControls: boolean;
  at: number;
  /** The last position of something that canonical JSON writes differently. */
  changedAt: number;
  hasInvalidText: boolean;
}

const CONTROLS = /\p{Cc}/u;

/** Thrown inside `parseJson` only. */
const TOO_DEEP = Symbol('deeper than MAX_JSON_LEVELS');

/**
 * Reads a document. Returns `not_json` if `JSON.parse` would throw, `too_deep` for JSON of more than `MAX_JSON_LEVELS`
 * levels.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function parseJson(text: string): JsonDocument | 'not_json' | 'too_deep' {
  const hasControls = CONTROLS.test(text);
  const cursor: Cursor = { text, hasControls, at: skipSpace(text, 0), changedAt: -1, hasInvalidText: false };
  try {
    const isObject = text.charAt(cursor.at) === '{';
    const members = isObject ? outermostMembers(cursor) : undefined;
    const kind = isObject ? 'an object' : kindOf(value(cursor, 0));
    if (skipSpace(text, cursor.at) !== text.length) return 'not_json';
    return { members, kind, hasInvalidText: cursor.hasInvalidText };
  } catch (cause) {
    if (cause === TOO_DEEP) return isJson(text) ? 'too_deep' : 'not_json';
    if (cause instanceof SyntaxError) return 'not_json';
    throw cause;
  }
}

function outermostMembers(cursor: Cursor): readonly JsonMember[] {
  const members: JsonMember[] = [];
  eachMember(cursor, (name) => {
    const start = cursor.at;
    const json = value(cursor, 1);
    members.push({ name, value: json, start, end: cursor.at });
  });
  return members;
}

/** Reads the value at the cursor, and moves the cursor past it. */
function value(cursor: Cursor, levels: number): JsonValue {
  switch (cursor.text.charAt(cursor.at)) {
    case '"':
      return string(cursor);
    case '{':
      return object(cursor, levels + 1);
    case '[':
      return list(cursor, levels + 1);
    case 't':
      return literal(cursor, 'true', true);
    case 'f':
      return literal(cursor, 'false', false);
    case 'n':
      return literal(cursor, 'null', null);
    default:
      return number(cursor);
  }
}

function object(cursor: Cursor, levels: number): JsonObject {
  if (levels > MAX_JSON_LEVELS) throw TOO_DEEP;
  const start = cursor.at;
  const members = new Map<string, JsonValue>();
  let count = 0;
  eachMember(cursor, (name) => {
    count += 1;
    members.set(name, value(cursor, levels));
    if (members.size < count) cursor.changedAt = cursor.at;
  });
  return { kind: 'object', members, canonical: canonicalSince(cursor, start) };
}

function list(cursor: Cursor, levels: number): JsonList {
  if (levels > MAX_JSON_LEVELS) throw TOO_DEEP;
  const start = cursor.at;
  const items: JsonValue[] = [];
  cursor.at += 1;
  passSpace(cursor);
  if (!takes(cursor, ']')) {
    do {
      passSpace(cursor);
      items.push(value(cursor, levels));
      passSpace(cursor);
    } while (takes(cursor, ','));
    expect(cursor, ']');
  }
  return { kind: 'list', items, canonical: canonicalSince(cursor, start) };
}

/**
 * Moves the cursor past an object; `read` is called with each name and the cursor at its value, and moves it past the
 * value.
 */
function eachMember(cursor: Cursor, read: (name: string) => void): void {
  cursor.at += 1;
  passSpace(cursor);
  if (takes(cursor, '}')) return;
  do {
    passSpace(cursor);
    if (cursor.text.charAt(cursor.at) !== '"') throw new SyntaxError('expected a name');
    const name = string(cursor);
    passSpace(cursor);
    expect(cursor, ':');
    passSpace(cursor);
    read(name);
    passSpace(cursor);
  } while (takes(cursor, ','));
  expect(cursor, '}');
}

function string(cursor: Cursor): string {
  const { text, at } = cursor;
  const end = endOfString(text, at);
  cursor.at = end;
  const inner = text.slice(at + 1, end - 1);
  // An unterminated string ends with the text; `JSON.parse` throws on it, and on control characters.
  if (inner.includes('\\') || cursor.hasControls || text.charAt(end - 1) !== '"' || end === at + 1) {
    return escapedString(cursor, at, end);
  }
  return inner;
}

function escapedString(cursor: Cursor, start: number, end: number): string {
  const json = cursor.text.slice(start, end);
  const decoded: string = JSON.parse(json);
  if (!decoded.isWellFormed() || decoded.includes('\0')) cursor.hasInvalidText = true;
  if (JSON.stringify(decoded) !== json) cursor.changedAt = start;
  return decoded;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function number(cursor: Cursor): JsonNumber {
  NUMBER.lastIndex = cursor.at;
  if (!NUMBER.test(cursor.text)) throw new SyntaxError('expected a value');
  const text = cursor.text.slice(cursor.at, NUMBER.lastIndex);
  cursor.at = NUMBER.lastIndex;
  return { kind: 'number', text };
}

function literal<T>(cursor: Cursor, word: string, meaning: T): T {
  if (!cursor.text.startsWith(word, cursor.at)) throw new SyntaxError('expected a value');
  cursor.at += word.length;
  return meaning;
}

function passSpace(cursor: Cursor): void {
  const end = skipSpace(cursor.text, cursor.at);
  if (end === cursor.at) return;
  cursor.changedAt = cursor.at;
  cursor.at = end;
}

function takes(cursor: Cursor, char: string): boolean {
  if (cursor.text.charAt(cursor.at) !== char) return false;
  cursor.at += 1;
  return true;
}

function expect(cursor: Cursor, char: string): void {
  if (!takes(cursor, char)) throw new SyntaxError(`expected ${char}`);
}

function canonicalSince({ text, at, changedAt }: Cursor, start: number): string | undefined {
  return changedAt < start ? text.slice(start, at) : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
