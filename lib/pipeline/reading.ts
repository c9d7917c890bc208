import { isUtf8 } from 'node:buffer';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Contract, EventOf, Fields } from '../contracts/contract.ts';
import { DECIMAL_KEYWORD, jsonSchema, TIMESTAMP_FORMAT } from '../derive/json-schema.ts';
import { type JsonDocument, parseJson } from './canonical-json.ts';
import { decimalText } from './decimals.ts';
import { eventOf } from './event.ts';
import { firstFailure, isJsonObject, kindOf } from './first-failure.ts';
import { infinitePath } from './infinite-numbers.ts';
import { hasInvalidText, isDeeperThan } from './json-text.ts';
import { lineWriter } from './line.ts';
import { maskDigits, maskedNames } from './masking.ts';
import type { Rejection } from './outcome.ts';
import { canonicalTimestamp, EPOCH, latestEventTime } from './timestamps.ts';

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
const MOST_LEVELS = 100;

/** Enough to find the field, whatever a producer calls it. */
const MOST_PATH_CHARACTERS = 200;

/** The authority on a contract's records: JSON Schema, and the reading rules around it. */
export function reader<S extends Fields>(contract: Contract<S>): RecordReader<S> {
  const isValid = schemaValidator().compile(jsonSchema(contract));
  const writeLine = lineWriter(contract);
  const masksDigits = maskedNames(contract.fields).size > 0;
  const { eventTime: time } = contract;

  const rejection = ({ reason, path, detail }: Rejection): Rejection => {
    const shown = (masksDigits ? maskDigits(path) : path).slice(0, MOST_PATH_CHARACTERS).toWellFormed();
    const isTime = reason === 'out_of_range' && path === time;
    return { reason: isTime ? 'event_time_out_of_range' : reason, path: shown, detail };
  };

  const readObject = (text: string, document: JsonDocument, kafkaTimestampMs: number) => {
    const { plain, ordered, keyPrefix } = document;
    if (!isJsonObject(plain)) return refuse('not_an_object', `expected a JSON object, found ${kindOf(plain)}`);
    if (hasInvalidText(text)) return refuse('invalid_text', 'found a lone surrogate or U+0000');
    if (isDeeperThan(text, MOST_LEVELS)) return refuse('out_of_range', `nested deeper than ${MOST_LEVELS} levels`);
    if (!isValid(plain)) return rejection(firstFailure(contract.fields, plain) ?? UNEXPLAINED);
    const infinite = infinitePath(contract, text, plain);
    if (infinite !== undefined) return rejection(beyondDouble(infinite));
    const event = eventOf(contract.fields, ordered as object, keyPrefix);
    const broken = contract.rules.find((rule) => !rule.holds(event));
    if (broken !== undefined) return refuse('rule', broken.name, broken.path);
    const eventTime = typeof time === 'string' ? String(event[time]) : time.of(event);
    if (eventTime < EPOCH || eventTime > latestEventTime(kafkaTimestampMs)) {
      const path = typeof time === 'string' ? time : '';
      return refuse('event_time_out_of_range', 'expected 1970 to 24 hours after the record’s Kafka timestamp', path);
    }
    return { event, eventTime, line: writeLine({ event, eventTime, document }) };
  };

  return {
    read: (value, kafkaTimestampMs) => {
      if (value === null) return refuse('null_value', 'expected a JSON object, found a tombstone');
      if (!isUtf8(value)) return refuse('not_utf8', 'expected UTF-8, found other bytes');
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
      const document = parsed(text);
      return document === undefined
        ? refuse(
            'not_json',
            text === '' ? 'expected a JSON object, found no bytes' : 'expected a JSON object, found no JSON',
          )
        : readObject(text, document, kafkaTimestampMs);
    },
  };
}

const UNEXPLAINED: Rejection = { reason: 'wrong_type', path: '', detail: 'refused by the contract’s JSON Schema' };

function beyondDouble(path: string): Rejection {
  return { reason: 'out_of_range', path, detail: 'found a number beyond a double’s range' };
}

function refuse(reason: Rejection['reason'], detail: string, path = ''): Rejection {
  return { reason, path, detail };
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
  const ajv = new Ajv2020({ ownProperties: true, loopEnum: 1000, allowUnionTypes: true });
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
