import type { Contract } from '../../contracts/contract.ts';
import { wireName } from '../../contracts/wire-name.ts';
import { kindOfThrown } from '../contract-code.ts';
import { fieldReader } from '../field-reader.ts';
import { InvalidValue } from '../invalid-value.ts';
import { type JsonMember, parseJson } from '../json/parse-json.ts';
import { type Letter, payloadBytes } from './letter.ts';

/**
 * Returns the event that a dead letter's record should have been, in its wire form: an object, or JSON text. A letter
 * for which it returns null or undefined stays unchanged. Must be pure: it may be called more than once for a letter.
 *
 *     const fix: Fix = (event) => event && { ...event, rating: Number(event.rating) };
 *     export default fix;
 *
 * @param event the payload's JSON; null if the payload is not a JSON object.
 */
export type Fix = (event: Readonly<Record<string, unknown>> | null, letter: Letter) => unknown;

/** The payload that a fix returned, or why there is none. */
export type Fixed = { readonly payload: Buffer } | { readonly refusal: string };

/** Applies a fix. Never throws, whatever the fix does. */
export function applyFix(fix: Fix, letter: Letter): Fixed {
  const text = payloadBytes(letter)?.toString('utf8') ?? '';
  const members = membersOf(text);
  try {
    const made = fix(members === undefined ? null : JSON.parse(text), letter);
    if (made === undefined || made === null) return { refusal: 'the fix returned nothing' };
    if (typeof made === 'string') return { payload: Buffer.from(made) };
    // The promise is not awaited, and its rejection must not end the process.
    if (made instanceof Promise) made.catch(() => undefined);
    if (typeof made !== 'object' || Array.isArray(made) || made instanceof Promise) {
      return { refusal: `expected an object or JSON text from the fix, found ${kindOf(made)}` };
    }
    return { payload: Buffer.from(objectText(made, text, members ?? [])) };
  } catch (cause) {
    // Only the kind: a message may quote the event.
    return { refusal: `the fix threw ${kindOfThrown(cause)}` };
  }
}

function membersOf(text: string): readonly JsonMember[] | undefined {
  const document = parseJson(text);
  return typeof document === 'string' ? undefined : document.members;
}

function kindOf(made: unknown): string {
  if (Array.isArray(made)) return 'a list';
  return made instanceof Promise ? 'a promise; a fix answers at once' : `a ${typeof made}`;
}

/** JSON of the object. Members that the fix left unchanged keep their own text, because a double may lose digits. */
function objectText(made: object, text: string, members: readonly JsonMember[]): string {
  const own = new Map(members.map(({ name, start, end }) => [name, text.slice(start, end)]));
  const parts = Object.entries(made).flatMap(([name, value]) => {
    const json: string | undefined = JSON.stringify(value);
    if (json === undefined) return [];
    const before = own.get(name);
    const isSame = before !== undefined && JSON.stringify(JSON.parse(before)) === json;
    return [`${JSON.stringify(name)}:${isSame ? before : json}`];
  });
  return `{${parts.join(',')}}`;
}

/**
 * Returns which part of an event's place a fix has changed: its key or its event time, if these are fields that were
 * readable before and not the reason for the rejection. Another key belongs to another kafka partition, and another
 * time to another window: that is another event, which belongs on the topic.
 */
export function changedPlace(
  contract: Contract,
): (letter: Letter, event: Readonly<Record<string, unknown>>) => string | undefined {
  const { fields, key, eventTime } = contract;
  const places = [
    { what: 'key', name: key },
    { what: 'event time', name: typeof eventTime === 'string' ? eventTime : null },
  ].flatMap(({ what, name }) => {
    const field = name === null ? undefined : fields[name];
    if (name === null || field === undefined) return [];
    return [{ what, name, wire: wireName(name, field), read: fieldReader(field) }];
  });
  return (letter, event) => {
    const members = membersOf(payloadBytes(letter)?.toString('utf8') ?? '') ?? [];
    const found = places.find(({ name, wire, read }) => {
      if (letter.path === wire) return false;
      const before = read(members.findLast((member) => member.name === wire)?.value);
      return !(before instanceof InvalidValue) && before !== null && before !== event[name];
    });
    return found && `${found.what} (${found.wire})`;
  };
}
