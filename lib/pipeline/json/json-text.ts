/** Reads valid JSON text without recursion, however deeply it is nested. */

const QUOTE = '"';
const BACKSLASH = 92;

/** A string token: the positions of its quotes, and whether a colon follows. */
export interface StringToken {
  readonly start: number;
  /** Just after the closing quote. */
  readonly end: number;
  readonly isKey: boolean;
}

/** The strings of a valid JSON text, including keys, in the text's order. */
export function* stringTokens(text: string): Generator<StringToken> {
  let start = text.indexOf(QUOTE);
  while (start >= 0) {
    const end = endOfString(text, start);
    yield { start, end, isKey: text.charAt(skipSpace(text, end)) === ':' };
    start = text.indexOf(QUOTE, end);
  }
}

/** The end of the value that begins at `start` (a bracket, a quote, or a scalar's first character). */
export function endOfValue(text: string, start: number): number {
  const first = text.charAt(start);
  if (first === QUOTE) return endOfString(text, start);
  if (first !== '{' && first !== '[') return endOfScalar(text, start);
  let depth = 0;
  let at = start;
  do {
    const char = text.charAt(at);
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    at = char === QUOTE ? endOfString(text, at) : at + 1;
  } while (depth > 0 && at < text.length);
  return at;
}

const SPACE = 32;

/** The first position at or after `start` that is not white space. */
export function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= SPACE && ' \n\r\t'.includes(text.charAt(at))) at += 1;
  return at;
}

/** The end of a number or a literal. */
function endOfScalar(text: string, start: number): number {
  let end = start;
  while (end < text.length && !',]} \n\r\t'.includes(text.charAt(end))) end += 1;
  return end;
}

/** Just after the closing quote of the string that begins at `start`; the text's end if there is none. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf(QUOTE, start + 1); quote > 0; quote = text.indexOf(QUOTE, quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}
