import { isUtf8 } from 'node:buffer';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Contract, EventOf, Fields } from '../contracts/contract.ts';
import { DECIMAL_KEYWORD, jsonSchema, TIMESTAMP_FORMAT } from '../derive/json-schema.ts';
import { isJsonObject, type JsonDocument, type JsonObject, parseJson } from './canonical-json.ts';
import { decimalText } from './decimals.ts';
import { eventOf, extrasOf } from './event.ts';
import { firstFailure, kindOf } from './first-failure.ts';
import { firstInfinite, maybeInfinite } from './infinite-numbers.ts';
import { hasInvalidText, isDeeperThan } from './json-text.ts';
import { isNested, lineWriter } from './line.ts';
import { maskDigits, maskedNames } from './masking.ts';
import type { Rejection } from './outcome.ts';
import { canonicalTimestamp, isPlausible } from './timestamps.ts';

/** A record that is an event of its contract. */
export interface Accepted<S extends Fields = Fields> {
  readonly event: EventOf<S>;
  /** Canonical timestamp. */
  readonly eventTime: string;
  /** The event as DuckDB reads it; see `line.ts`. */
  readonly line: string;
}

/** Reads the records of one contract. Never throws, whatever the bytes. */
export interface RecordReader<S extends Fields = Fields> {
  /** @param kafkaTimestampMs milliseconds since 1970, or −1 for none. */
  read(value: Uint8Array | null, kafkaTimestampMs: number): Accepted<S> | Rejection;
}

/** Deeper JSON is refused: what writes values again is recursive. */
const MAX_LEVELS = 100;

/** Enough to find the field, whatever a producer calls it. */
const MAX_PATH_CHARACTERS = 200;

/** The authority on a contract's records: JSON Schema, and the reading rules around it. */
export function reader<S extends Fields>(contract: Contract<S>): RecordReader<S> {
  const isValid = schemaValidator().compile(jsonSchema(contract));
  const writeLine = lineWriter(contract);
  const hasNested = Object.values(contract.fields).some(isNested);
  const masksDigits = maskedNames(contract.fields).size > 0;
  const { fields, rules, eventTime: time } = contract;
  const timePath = typeof time === 'string' ? time : '';

  const failure = (found: Rejection): Rejection => {
    const isTime = found.reason === 'out_of_range' && found.path === time;
    const path = (masksDigits ? maskDigits(found.path) : found.path).slice(0, MAX_PATH_CHARACTERS).toWellFormed();
    return { reason: isTime ? 'event_time_out_of_range' : found.reason, path, detail: found.detail };
  };

  const readObject = (text: string, { plain, ordered, keyPrefix }: JsonDocument, kafkaTimestampMs: number) => {
    if (!isJsonObject(plain) || !isJsonObject(ordered)) {
      return refuse('not_an_object', `expected a JSON object, found ${kindOf(plain)}`);
    }
    if (hasInvalidText(text)) return refuse('invalid_text', 'found a lone surrogate or U+0000');
    if (isDeeperThan(text, MAX_LEVELS)) return refuse('out_of_range', `nested deeper than ${MAX_LEVELS} levels`);
    if (!isValid(plain)) return failure(firstFailure(fields, plain) ?? UNEXPLAINED);
    const extras = extrasOf(fields, ordered, keyPrefix);
    const infinite = (hasNested || extras.length > 0) && maybeInfinite(text) ? infinitePath(fields, plain) : undefined;
    if (infinite !== undefined)
      return failure(refuse('out_of_range', 'found a number beyond a double’s range', infinite));
    const event = eventOf(fields, ordered, keyPrefix);
    const broken = rules.find((rule) => !rule.holds(event));
    if (broken !== undefined) return refuse('rule', broken.name, broken.path);
    const eventTime = typeof time === 'string' ? String(event[time]) : time.of(event);
    return isPlausible(eventTime, kafkaTimestampMs)
      ? { event, eventTime, line: writeLine({ event, eventTime, ordered, extras, keyPrefix }) }
      : refuse('event_time_out_of_range', 'expected 1970 to 24 hours after the record’s Kafka timestamp', timePath);
  };

  return {
    read: (value, kafkaTimestampMs) => {
      if (value === null) return refuse('null_value', 'expected a JSON object, found a tombstone');
      if (value.length === 0) return refuse('not_json', 'expected a JSON object, found no bytes');
      if (!isUtf8(value)) return refuse('not_utf8', 'expected UTF-8, found other bytes');
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
      const document = parsed(text);
      return document === undefined
        ? refuse('not_json', 'expected a JSON object, found no JSON')
        : readObject(text, document, kafkaTimestampMs);
    },
  };
}

const UNEXPLAINED: Rejection = { reason: 'wrong_type', path: '', detail: 'refused by the contract’s JSON Schema' };

function refuse(reason: Rejection['reason'], detail: string, path = ''): Rejection {
  return { reason, path, detail };
}

/** Fields before extras, in the contract's order. */
function infinitePath(fields: Fields, object: JsonObject): string | undefined {
  const names = Object.keys(fields).filter((name) => Object.hasOwn(object, name));
  return firstInfinite(names.map((name) => [name, object[name]])) ?? firstInfinite(Object.entries(object));
}

function parsed(text: string): JsonDocument | undefined {
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** Ajv with our format and keyword. Enumerations are compiled, not looped over: currencies are three hundred. */
function schemaValidator(): Ajv2020 {
  // That the schema is one by its draft is a test: checking it here would take twenty milliseconds for each contract.
  const ajv = new Ajv2020({ ownProperties: true, loopEnum: 1000, validateSchema: false, meta: false });
  ajv.addFormat(TIMESTAMP_FORMAT, (text) => canonicalTimestamp(text) !== undefined);
  ajv.addKeyword({
    keyword: DECIMAL_KEYWORD,
    type: 'number',
    compile: ({ precision, scale }: { readonly precision: number; readonly scale: number }) => {
      const surelyFits = 10 ** (precision - scale) - 1;
      return (value: number) => Math.abs(value) <= surelyFits || decimalText(value, precision, scale) !== undefined;
    },
  });
  return ajv;
}
