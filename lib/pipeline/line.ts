import type { Contract, Field } from '../contracts/contract.ts';
import { canonicalJson, canonicalObject } from './json/canonical-json.ts';
import type { JsonValue } from './json/parse-json.ts';
import { maskedNames, maskJson } from './masking.ts';

export interface LineParts {
  readonly event: Readonly<Record<string, unknown>>;
  readonly eventTime: string;
  /** What the event was read from, and the members that are no fields. */
  readonly members: ReadonlyMap<string, JsonValue>;
  readonly extras: ReadonlyMap<string, JsonValue>;
}

/**
 * Writes accepted events as lines, one JSON object each: the contract's fields that are not null, in its order; nested ones
 * as text that holds their canonical JSON; `$e`, the event time, where it is computed; `$x`, the extra fields' canonical
 * JSON, where there are any. `derive/row-select.ts` says how DuckDB reads them.
 */
export function lineWriter(contract: Contract): (parts: LineParts) => string {
  const fields = Object.entries(contract.fields).map(([name, field]) => ({ name, isNested: isNested(field) }));
  const names = maskedNames(contract.fields);
  const masks = (json: string) => (names.size === 0 ? json : maskJson(names, json));
  const computed = typeof contract.eventTime !== 'string';

  return ({ event, eventTime, members, extras }) => {
    const line: Record<string, unknown> = {};
    for (const { name, isNested } of fields) {
      const value = event[name];
      if (value === null) continue;
      line[name] = isNested ? masks(canonicalJson(members.get(name) ?? null)) : value;
    }
    if (computed) line.$e = eventTime;
    if (extras.size > 0) line.$x = masks(canonicalObject(extras));
    return JSON.stringify(line);
  };
}

function isNested({ type: { kind } }: Field): boolean {
  return kind === 'list' || kind === 'struct' || kind === 'map';
}
