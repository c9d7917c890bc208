import type { Contract, Field } from '../contracts/contract.ts';
import { canonicalJson, canonicalObject, type JsonEntry, type JsonObject } from './canonical-json.ts';
import { maskedNames, maskJson } from './masking.ts';

export interface LineParts {
  readonly event: Readonly<Record<string, unknown>>;
  readonly eventTime: string;
  /** What the event was read from, and of that the properties that are no fields; every name behind `keyPrefix`. */
  readonly ordered: JsonObject;
  readonly extras: readonly JsonEntry[];
  readonly keyPrefix: string;
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

  return ({ event, eventTime, ordered, extras, keyPrefix }) => {
    const line: Record<string, unknown> = {};
    for (const [name, field] of fields) {
      const value = event[name];
      if (value === null) continue;
      line[name] = isNested(field) ? masks(canonicalJson(ordered[keyPrefix + name], keyPrefix)) : value;
    }
    if (computed) line.$e = eventTime;
    if (extras.length > 0) line.$x = masks(canonicalObject(extras, keyPrefix));
    return JSON.stringify(line);
  };
}

export function isNested({ type: { kind } }: Field): boolean {
  return kind === 'list' || kind === 'struct' || kind === 'map';
}
