import { endOfValue, skipSpace } from '../json/json-text.ts';

/** The layout of a request's events: one JSON document, or one event per line. */
export type EventLayout = 'json' | 'lines';

/** The events of a request, each as its own bytes: numbers, order and repeated names stay as they were written. */
export interface EventTexts {
  readonly texts: readonly Uint8Array[];
  /** Whether the events are elements of one array: if one of them is not JSON, neither is the whole document. */
  readonly areElements: boolean;
}

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Splits a body into its events, whatever the bytes: only what is between the events is checked here. Blank lines are
 * not events.
 * @returns undefined for an array that does not end, or whose elements are not separated as JSON requires.
 */
export function eventTexts(body: Uint8Array, layout: EventLayout): EventTexts | undefined {
  const whole = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isMarked = whole.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const bytes = isMarked ? whole.subarray(BYTE_ORDER_MARK.length) : whole;
  if (layout === 'lines') return { texts: lines(bytes), areElements: false };
  const start = firstBeyondSpace(bytes);
  if (bytes[start] !== OPEN_LIST) return { texts: start === bytes.length ? [] : [bytes], areElements: false };
  const texts = elements(bytes);
  return texts && { texts, areElements: true };
}

const OPEN_LIST = 0x5b;
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, LINE_FEED]);

function firstBeyondSpace(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && SPACES.has(bytes[at] as number)) at += 1;
  return at;
}

function lines(bytes: Buffer): readonly Uint8Array[] {
  const texts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const lineFeed = bytes.indexOf(LINE_FEED, start);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    const line = bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN ? Math.max(start, end - 1) : end);
    if (firstBeyondSpace(line) < line.length) texts.push(line);
    start = end + 1;
  }
  return texts;
}

const CARRIAGE_RETURN = 0x0d;

/** In latin1 each character is one byte, and JSON's structural characters are the same as in UTF-8. */
function elements(bytes: Buffer): readonly Uint8Array[] | undefined {
  const text = bytes.toString('latin1');
  const texts: Uint8Array[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  if (text.charAt(at) === ']') return skipSpace(text, at + 1) === text.length ? texts : undefined;
  for (;;) {
    const end = endOfValue(text, at);
    texts.push(bytes.subarray(at, end));
    const next = skipSpace(text, end);
    const separator = text.charAt(next);
    if (separator === ']') return skipSpace(text, next + 1) === text.length ? texts : undefined;
    if (separator !== ',') return undefined;
    at = skipSpace(text, next + 1);
  }
}
