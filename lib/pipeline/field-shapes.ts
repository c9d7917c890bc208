import type { Contract } from '../contracts/contract.ts';
import { wireName } from '../contracts/wire-name.ts';
import { shape, shapeExpression } from '../derive/shape.ts';
import { contractCode } from './contract-code.ts';
import { fieldReader } from './field-reader.ts';
import type { JsonValue } from './json/json-value.ts';
import { keyOrders, MAX_SHAPE_BYTES } from './shapes.ts';
import { isPlausible } from './timestamps.ts';

/** An event that the sink writes as a row. */
export interface AcceptedEvent {
  /** All its fields, or the requested ones. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Canonical timestamp. */
  readonly eventTime: string;
}

/** The fast path to some fields of an event, by its text alone; it never rejects. */
export interface FieldShapes {
  /**
   * Returns the event in the record that begins at `start` and ends before a line break at `end`; undefined for a
   * record that the contract's reader must decide. Its fields have the values that the reader gives them.
   * @param latin1Text the records' bytes, which must be valid UTF-8, as latin1.
   * @param kafkaTimestampMs milliseconds since 1970, or −1 for none.
   */
  eventAt(latin1Text: string, start: number, end: number, kafkaTimestampMs: number): AcceptedEvent | undefined;
  /** Learns the key order of a record that the reader accepted. */
  learn(text: string): void;
}

const NEVER: FieldShapes = { eventAt: () => undefined, learn: () => undefined };

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
  const captured = Object.entries(fields)
    .filter(([name]) => needed.has(name))
    .map(([name, field]) => ({ name, wire: wireName(name, field), read: fieldReader(field) }));
  const wires = new Set(captured.map(({ wire }) => wire));
  const { orders, learn } = keyOrders((keys) => {
    const expression = shapeExpression(contract, ofContract, keys, wires);
    const groups = keys.filter((key) => wires.has(key));
    return expression && { expression, groupOf: captured.map(({ wire }) => groups.indexOf(wire)) };
  });

  return {
    eventAt: (text, start, end, kafkaTimestampMs) => {
      if (end - start > MAX_SHAPE_BYTES) return undefined;
      for (const { expression, groupOf } of orders) {
        expression.lastIndex = start;
        const match = expression.exec(text);
        if (match === null) continue;
        if (expression.lastIndex !== end) return undefined;
        const event: Record<string, unknown> = {};
        for (let index = 0; index < captured.length; index++) {
          const { name, read } = captured[index] as (typeof captured)[number];
          const group = groupOf[index] as number;
          event[name] = read(group < 0 ? undefined : jsonOf(match[group + 1] ?? ''));
        }
        const time = eventTimeOf(event as never, kafkaTimestampMs);
        return typeof time === 'string' && isPlausible(time, kafkaTimestampMs) ? { event, eventTime: time } : undefined;
      }
      return undefined;
    },
    learn,
  };
}

/** Returns the value of a shape's group; its strings have no escapes. */
function jsonOf(token: string): JsonValue {
  switch (token.charAt(0)) {
    case '"':
      return utf8(token.slice(1, -1));
    case 'n':
      return null;
    case 't':
      return true;
    case 'f':
      return false;
    default:
      return { kind: 'number', text: token };
  }
}

const ASCII = /^[\x20-\x7e]*$/;

const utf8 = (latin1: string) => (ASCII.test(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8'));
