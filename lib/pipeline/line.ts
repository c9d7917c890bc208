import type { Contract, Field } from '../contracts/contract.ts';
import { canonicalJson, canonicalObject, type JsonDocument } from './canonical-json.ts';
import { maskedNames, maskJson } from './masking.ts';

export interface LineParts {
  readonly event: Readonly<Record<string, unknown>>;
  readonly eventTime: string;
  readonly document: JsonDocument;
}

/**
 * Writes accepted events as lines, one JSON object each: the contract's fields that are not null, in its order; nested ones
 * as text that holds their canonical JSON; `$e`, the event time, where it is computed; `$x`, the extra fields' canonical
 * JSON, where there are any. `derive/row-select.ts` says how DuckDB reads them.
 */
export function lineWriter(contract: Contract): (parts: LineParts) => string {
  const fields = Object.entries(contract.fields);
  const names = maskedNames(contract.fields);
  const masks = (json: string) => (names.size === 0 ? json : maskJson(names, json));
  const computed = typeof contract.eventTime !== 'string';

  return ({ event, eventTime, document }) => {
    const ordered = document.ordered as Readonly<Record<string, unknown>>;
    const { keyPrefix } = document;
    const members: string[] = [];
    for (const [name, field] of fields) {
      const value = event[name];
      if (value === null) continue;
      members.push(
        `${JSON.stringify(name)}:${
          isNested(field)
            ? JSON.stringify(masks(canonicalJson(ordered[keyPrefix + name], keyPrefix)))
            : JSON.stringify(value)
        }`,
      );
    }
    if (computed) members.push(`"$e":"${eventTime}"`);
    const extras = extraEntries(contract, ordered, keyPrefix);
    if (extras.length > 0) members.push(`"$x":${JSON.stringify(masks(canonicalObject(extras, keyPrefix)))}`);
    return `{${members.join(',')}}`;
  };
}

export function isNested({ type: { kind } }: Field): boolean {
  return kind === 'list' || kind === 'struct' || kind === 'map';
}

/** The properties that are no fields of the contract, in the document's order, under `keyPrefix`. */
export function extraEntries(contract: Contract, ordered: object, keyPrefix: string): readonly [string, unknown][] {
  return Object.entries(ordered).filter(([key]) => !Object.hasOwn(contract.fields, key.slice(keyPrefix.length)));
}
