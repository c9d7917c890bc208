import { isUtf8 } from 'node:buffer';
import type { Contract, EventOf, Fields } from '../contracts/contract.ts';
import { wireFields } from '../contracts/wire-name.ts';
import { contractCode } from './contract-code.ts';
import { fieldsReader } from './field-reader.ts';
import { InvalidValue } from './invalid-value.ts';
import type { JsonValue } from './json/json-value.ts';
import { type JsonDocument, type JsonMember, MAX_JSON_LEVELS, parseJson } from './json/parse-json.ts';
import { lineWriter } from './line.ts';
import { maskDigits, maskedNames, maskJson } from './masking.ts';
import type { Rejection } from './outcome.ts';
import { isPlausible, plausibleTimes } from './timestamps.ts';

/** A record that is an event of its contract. */
export interface Accepted<S extends Fields = Fields> {
  readonly event: EventOf<S>;
  /** Canonical timestamp. */
  readonly eventTime: string;
  /** The event as a line for DuckDB; see `line.ts`. */
  readonly line: string;
}

/** Reads the records of one contract. Never throws, whatever the bytes. */
export interface RecordReader<S extends Fields = Fields> {
  /** @param kafkaTimestampMs milliseconds since 1970, or −1 for none. */
  read(value: Uint8Array | null, kafkaTimestampMs: number): Accepted<S> | Rejection;
}

/** Long enough to find the field, whatever its name in the producer's JSON. */
const MAX_PATH_CHARACTERS = 200;

/**
 * The authority on a contract's records: applies the rules of its JSON Schema, and the reading rules that JSON Schema
 * cannot state (each number by its own digits, the contract's own code).
 */
export function reader<S extends Fields>(contract: Contract<S>): RecordReader<S> {
  const { fields, eventTime: time } = contract;
  const known = wireFields(fields);
  const readFields = fieldsReader(fields);
  const { brokenRule, eventTimeOf } = contractCode(contract);
  const writeLine = lineWriter(contract);
  const masked = maskedNames(fields);
  const masksDigits = masked.size > 0;
  const timePath = typeof time === 'string' ? (fields[time]?.wire ?? time) : '';

  const failure = ({ reason, path: whole, detail }: InvalidValue): Rejection => {
    const isTime = reason === 'out_of_range' && whole === timePath && whole !== '';
    const path = (masksDigits ? maskDigits(whole) : whole).slice(0, MAX_PATH_CHARACTERS).toWellFormed();
    return { reason: isTime ? 'event_time_out_of_range' : reason, path, detail };
  };

  /** Returns JSON that is kept as it was written. */
  const ownText = (text: string, { value, start, end }: JsonMember): JsonValue => {
    const json = text.slice(start, end);
    return value === null ? null : { kind: 'text', text: masksDigits ? maskJson(masked, json) : json };
  };

  const readDocument = (text: string, document: JsonDocument, kafkaTimestampMs: number): Accepted<S> | Rejection => {
    if (document.members === undefined) {
      return refuse('not_an_object', `expected a JSON object, found ${document.kind}`);
    }
    if (document.hasInvalidText) return refuse('invalid_text', 'found a lone surrogate or U+0000');
    const members = new Map<string, JsonValue>();
    const extras = new Map<string, JsonValue>();
    for (const member of document.members) {
      const field = known.get(member.name);
      if (field === undefined) extras.set(member.name, member.value);
      else members.set(member.name, field.type.kind === 'json' ? ownText(text, member) : member.value);
    }
    const read = readFields((name) => members.get(name));
    if (read instanceof InvalidValue) return failure(read);
    const event = read as EventOf<S>;
    const broken = brokenRule(event);
    if (broken !== undefined) return broken;
    const eventTime = eventTimeOf(event, kafkaTimestampMs);
    if (typeof eventTime !== 'string') return eventTime;
    if (!isPlausible(eventTime, kafkaTimestampMs)) {
      return refuse('event_time_out_of_range', `expected ${plausibleTimes(kafkaTimestampMs)}`, timePath);
    }
    const line = writeLine({ event, eventTime, members, extras });
    return line instanceof InvalidValue ? failure(line) : { event, eventTime, line };
  };

  return {
    read: (value, kafkaTimestampMs) => {
      if (value === null) return refuse('null_value', 'expected a JSON object, found a tombstone');
      if (value.length === 0) return refuse('not_json', 'expected a JSON object, found no bytes');
      if (!isUtf8(value)) return refuse('not_utf8', 'expected UTF-8, found other bytes');
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
      const document = parseJson(text);
      if (document === 'not_json') return refuse('not_json', 'expected a JSON object, found no JSON');
      if (document === 'too_deep') return refuse('out_of_range', `nested deeper than ${MAX_JSON_LEVELS} levels`);
      return readDocument(text, document, kafkaTimestampMs);
    },
  };
}

function refuse(reason: Rejection['reason'], detail: string, path = ''): Rejection {
  return { reason, path, detail };
}
