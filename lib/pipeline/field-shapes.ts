import { isUtf8 } from 'node:buffer';
import type { Contract } from '../contracts/contract.ts';
import { wireName } from '../contracts/wire-name.ts';
import { shape, shapeExpression } from '../derive/shape.ts';
import { contractCode } from './contract-code.ts';
import { type FieldReader, fieldReader } from './field-reader.ts';
import type { JsonValue } from './json/json-value.ts';
import { type MemberSpans, memberSpans } from './member-spans.ts';
import { keyOrders, MAX_SHAPE_BYTES } from './shapes.ts';
import { isPlausible } from './timestamps.ts';

/** An event that the sink writes as a row. */
export interface AcceptedEvent {
  /** All its fields, or the requested ones. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Canonical timestamp. */
  readonly eventTime: string;
}

/** A field that shapes find. */
export interface ShapedField {
  readonly name: string;
  readonly read: FieldReader;
}

/** The fast path to some fields of an event, by its text alone; it never rejects. */
export interface FieldShapes {
  /** The fields that are found, in the order of their spans: the requested ones, and the one with the event time. */
  readonly fields: readonly ShapedField[];
  /**
   * Returns how to find the fields' values in the record that begins at `start` and ends before a line break at `end`;
   * undefined for a record that the contract's reader must decide. The reader accepts the record unless its event time
   * is too far ahead, which the caller must check.
   * @param latin1Text the records' bytes, which must be valid UTF-8, as latin1.
   */
  match(latin1Text: string, start: number, end: number): MemberSpans | undefined;
  /**
   * Returns the event in a record; undefined if the contract's reader must decide it. Its fields have the values that
   * the reader gives them.
   * @param kafkaTimestampMs milliseconds since 1970, or −1 for none.
   */
  eventOf(record: Buffer, kafkaTimestampMs: number): AcceptedEvent | undefined;
  /** Learns the key order of a record that the reader accepted. */
  learn(text: string): void;
}

const NEVER: FieldShapes = { fields: [], match: () => undefined, eventOf: () => undefined, learn: () => undefined };

const compiled = new WeakMap<Contract, Map<string, FieldShapes>>();

/** The shapes of some of a contract's fields: compiled once per process. */
export function fieldShapesOf(contract: Contract, names: readonly string[]): FieldShapes {
  const ofContract = compiled.get(contract) ?? new Map<string, FieldShapes>();
  compiled.set(contract, ofContract);
  const fields = [...new Set(names)].sort();
  const key = JSON.stringify(fields);
  const known = ofContract.get(key) ?? fieldShapes(contract, fields);
  ofContract.set(key, known);
  return known;
}

function fieldShapes(contract: Contract, names: readonly string[]): FieldShapes {
  const ofContract = shape(contract);
  if (ofContract === undefined) return NEVER;
  const { eventTime, fields } = contract;
  const { eventTimeOf } = contractCode(contract);
  const needed = new Set([...names, ...(typeof eventTime === 'string' ? [eventTime] : [])]);
  const found = Object.entries(fields)
    .filter(([name]) => needed.has(name))
    .map(([name, field]) => ({ name, wire: wireName(name, field), read: fieldReader(field) }));
  const wires = found.map(({ wire }) => wire);
  const { orders, learn } = keyOrders((keys) => {
    const expression = shapeExpression(contract, ofContract, keys);
    return expression && { expression, find: memberSpans(keys, wires) };
  });

  const match = (text: string, start: number, end: number): MemberSpans | undefined => {
    if (end - start > MAX_SHAPE_BYTES) return undefined;
    for (const { expression, find } of orders) {
      expression.lastIndex = start;
      // Not `exec`, whose results would be most of a batch's garbage.
      if (expression.test(text)) return expression.lastIndex === end ? find : undefined;
    }
    return undefined;
  };

  const spans = new Int32Array(2 * found.length);
  return {
    fields: found,
    match,
    eventOf: (record, kafkaTimestampMs) => {
      const find = isUtf8(record) ? match(`${record.toString('latin1')}\n`, 0, record.length) : undefined;
      if (find === undefined) return undefined;
      find(record, 0, spans);
      const event: Record<string, unknown> = {};
      for (const [index, { name, read }] of found.entries()) {
        event[name] = read(tokenValue(record, spans[2 * index] as number, spans[2 * index + 1] as number));
      }
      const time = eventTimeOf(event as never, kafkaTimestampMs);
      return typeof time === 'string' && isPlausible(time, kafkaTimestampMs) ? { event, eventTime: time } : undefined;
    },
    learn,
  };
}

const QUOTE = '"'.charCodeAt(0);
const LITERALS: ReadonlyMap<number, JsonValue> = new Map([
  ['n'.charCodeAt(0), null],
  ['t'.charCodeAt(0), true],
  ['f'.charCodeAt(0), false],
]);

/** Returns the value between two positions of a record that a shape matched; undefined before position 0. */
export function tokenValue(bytes: Buffer, start: number, end: number): JsonValue | undefined {
  if (start < 0) return undefined;
  const first = bytes[start] ?? 0;
  // Shapes match strings without escapes only.
  if (first === QUOTE) return bytes.toString('utf8', start + 1, end - 1);
  const literal = LITERALS.get(first);
  return literal === undefined ? { kind: 'number', text: bytes.toString('latin1', start, end) } : literal;
}
