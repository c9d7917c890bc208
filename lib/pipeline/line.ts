import type { Contract } from '../contracts/contract.ts';
import { MAX_TEXT_BYTES } from '../contracts/text-limit.ts';
import { wireName } from '../contracts/wire-name.ts';
import { isJsonText } from '../derive/columns.ts';
import { InvalidValue } from './invalid-value.ts';
import { canonicalJson, canonicalObject } from './json/canonical-json.ts';
import type { JsonValue } from './json/json-value.ts';
import { maskedNames, maskJson } from './masking.ts';
import { isTooLong } from './text-limits.ts';

export interface LineParts {
  readonly event: Readonly<Record<string, unknown>>;
  readonly eventTime: string;
  /** The members that the event was read from, by wire name, and the members that are not fields. */
  readonly members: ReadonlyMap<string, JsonValue>;
  readonly extras: ReadonlyMap<string, JsonValue>;
}

/**
 * Writes accepted events as lines, one JSON object each: the contract's fields that are not null, by wire name; nested
 * ones as text that holds their canonical JSON; `$e`, the event time, if it is computed; `$x`, the extra fields'
 * canonical JSON, if there are any. `derive/row-select.ts` defines how DuckDB reads them. Returns no line if a text is
 * too long.
 */
export function lineWriter(contract: Contract): (parts: LineParts) => string | InvalidValue {
  const fields = Object.entries(contract.fields).map(([name, field]) => ({
    name,
    wire: wireName(name, field),
    isJson: isJsonText(field.type),
  }));
  const names = maskedNames(contract.fields);
  const masks = (json: string) => (names.size === 0 ? json : maskJson(names, json));
  const computed = typeof contract.eventTime === 'object' && 'of' in contract.eventTime;

  return ({ event, eventTime, members, extras }) => {
    const line: Record<string, unknown> = {};
    for (const { name, wire, isJson } of fields) {
      const value = event[name];
      if (value === null) continue;
      const text = isJson ? masks(canonicalJson(members.get(wire) ?? null)) : undefined;
      if (text !== undefined && isTooLong(text)) return tooLong(wire);
      line[wire] = text ?? value;
    }
    if (computed) line.$e = eventTime;
    const extraText = extras.size > 0 ? masks(canonicalObject(extras)) : undefined;
    if (extraText !== undefined && isTooLong(extraText)) return tooLong(EXTRA_COLUMN);
    line.$x = extraText;
    return JSON.stringify(line);
  };
}

const EXTRA_COLUMN = '_extra';

function tooLong(path: string): InvalidValue {
  const what = path === EXTRA_COLUMN ? 'fields that the contract does not know' : 'JSON text';
  return new InvalidValue('out_of_range', `expected at most ${MAX_TEXT_BYTES} bytes of ${what}, found more`, path);
}
