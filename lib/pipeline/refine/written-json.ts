import { canonicalJson } from '../json/canonical-json.ts';
import { parseJson } from '../json/parse-json.ts';

const TEXT = Symbol('JSON text');

/** A value of a source's event as the producer wrote it, including each digit of a number. */
export interface WrittenJson {
  readonly [TEXT]: string;
}

/** A value of the source's event by its wire name; null if the event has none. */
export type Written = (name: string) => WrittenJson | null;

/** The values of an accepted event. The document is parsed again when the first value is requested. */
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

/** The text of a value that was passed on unchanged; undefined for any other. */
export function writtenText(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && TEXT in value ? (value as WrittenJson)[TEXT] : undefined;
}
