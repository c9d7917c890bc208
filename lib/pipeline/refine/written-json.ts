import { canonicalJson } from '../json/canonical-json.ts';
import { parseJson } from '../json/parse-json.ts';

const TEXT = Symbol('JSON text');

/** A value of a source's event as the producer wrote it: each digit of a number too. */
export interface WrittenJson {
  readonly [TEXT]: string;
}

/** A value of the source's event by its name on the wire; null where the event has none. */
export type Written = (name: string) => WrittenJson | null;

/** The values of an event that was accepted. The document is read again when the first of them is asked for. */
export function writtenValues(bytes: Buffer): Written {
  let members: ReadonlyMap<string, string> | undefined;
  return (name) => {
    members ??= memberTexts(bytes.toString('utf8'));
    const text = members.get(name);
    return text === undefined ? null : { [TEXT]: text };
  };
}

function memberTexts(text: string): ReadonlyMap<string, string> {
  const document = parseJson(text);
  if (typeof document === 'string' || document.members === undefined) {
    throw new Error('expected the JSON object of an accepted event, found another text');
  }
  return new Map(document.members.map(({ name, value }) => [name, canonicalJson(value)]));
}

/** The text of a value that was passed on as it came; undefined of any other. */
export function writtenText(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && TEXT in value ? (value as WrittenJson)[TEXT] : undefined;
}
