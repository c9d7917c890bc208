/**
 * A JSON value that keeps what `JSON.parse` loses: each number's own text, and the document's order of names. If a name
 * occurs twice, the last value counts, in the first one's place.
 */
export type JsonValue = string | boolean | null | JsonNumber | JsonList | JsonObject | JsonText;

export interface JsonNumber {
  readonly kind: 'number';
  /** As it was written: `1.10`, `9007199254740993`, `1e400`. */
  readonly text: string;
}

/** A value that is kept as its own text and not parsed further. */
interface JsonText {
  readonly kind: 'text';
  readonly text: string;
}

export interface JsonList {
  readonly kind: 'list';
  readonly items: readonly JsonValue[];
  /** Its text in the document, if that is already canonical. */
  readonly canonical: string | undefined;
}

export interface JsonObject {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, JsonValue>;
  readonly canonical: string | undefined;
}

/** The kind of a JSON value, without the value. */
export function kindOf(json: JsonValue): string {
  if (json === null) return 'null';
  if (typeof json !== 'object') return `a ${typeof json}`;
  switch (json.kind) {
    case 'number':
      return 'a number';
    case 'list':
      return 'an array';
    case 'object':
      return 'an object';
    case 'text':
      return 'JSON';
    default:
      return json satisfies never;
  }
}
