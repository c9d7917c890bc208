import { MAX_TEXT_BYTES } from '../contracts/text-limit.ts';
import { InvalidValue } from './invalid-value.ts';

/** UTF-8 needs at most three bytes for each unit of a JavaScript string. */
const MAX_BYTES_A_UNIT = 3;

const TOO_MANY_BYTES = `expected at most ${MAX_TEXT_BYTES} bytes in UTF-8, found more`;

/** Whether a text has more bytes than any column accepts. */
export function isTooLong(text: string): boolean {
  return text.length * MAX_BYTES_A_UNIT > MAX_TEXT_BYTES && Buffer.byteLength(text) > MAX_TEXT_BYTES;
}

/** Returns why a text is too long; undefined if it is not. */
export function lengthFailure(text: string, maxLength: number | null): InvalidValue | undefined {
  if (maxLength !== null && text.length > maxLength && hasMoreCharacters(text, maxLength)) {
    return new InvalidValue('out_of_range', `expected at most ${maxLength} characters, found more`);
  }
  return isTooLong(text) ? new InvalidValue('out_of_range', TOO_MANY_BYTES) : undefined;
}

function hasMoreCharacters(text: string, maxLength: number): boolean {
  // A character has one or two units, so counting characters is needed only up to twice the limit.
  return text.length > 2 * maxLength || Array.from(text).length > maxLength;
}
