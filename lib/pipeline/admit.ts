import type { Contract, Field } from '../contracts/contract.ts';
import { type AcceptedEvent, fieldShapesOf } from './field-shapes.ts';
import { maskedNames, maskPayload, maskText } from './masking.ts';
import type { Rejection } from './outcome.ts';
import type { RecordToAppend } from './ports.ts';
import { reader } from './reading.ts';

/** The processing of an event before it reaches Kafka. */
export interface Admission {
  /**
   * Returns the event's record: keyed by the contract's key, its masked fields masked, its bytes otherwise those of
   * `text`. `identity` is the event's own; null if its position is its identity. A rejection is the one that the sink
   * would give.
   * @param nowMs milliseconds since 1970; the event time may be up to 24 hours ahead of it
   */
  admit(
    text: Uint8Array,
    nowMs: number,
  ): { readonly record: RecordToAppend; readonly identity: string | null } | Rejection;
}

export function admission(contract: Contract): Admission {
  const { read } = reader(contract);
  const { key, identity, fields } = contract;
  const identityField = fields[identity];
  const named = [...(key === null ? [] : [key]), ...(identityField === undefined ? [] : [identity])];
  const shapes = fieldShapesOf(contract, named);
  const masks = maskedNames(fields).size > 0;

  /** Returns the event's fields of those names, or a rejection: by a shape, else by the contract's reader. */
  function judged(text: Uint8Array, nowMs: number): AcceptedEvent | Rejection {
    const record = bufferOver(text);
    const found = shapes.eventOf(record, nowMs);
    if (found !== undefined) return found;
    const reading = read(text, nowMs);
    if (!('reason' in reading)) shapes.learn(record.toString('latin1'));
    return reading;
  }

  return {
    admit: (text, nowMs) => {
      const verdict = judged(text, nowMs);
      if ('reason' in verdict) return verdict;
      const { event } = verdict;
      const record = {
        key: key === null ? null : keyBytes(event[key]),
        value: masks ? maskPayload(contract, text) : text,
        headers: [],
      };
      return { record, identity: identityField === undefined ? null : identityText(identityField, event[identity]) };
    },
  };
}

function bufferOver({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The identity of an event in responses. */
function identityText({ masked }: Field, value: unknown): string | null {
  if (value === null) return null;
  return masked ? maskText(String(value)) : String(value);
}

/**
 * Returns the bytes as any Kafka producer might send them: not validated and not masked. The record has a key if the
 * contract's key can be read from the bytes.
 */
export function rawRecord(contract: Contract, bytes: Uint8Array): RecordToAppend {
  const { key, fields } = contract;
  return { key: key === null ? null : keyIn(bytes, fields[key]?.wire ?? key), value: bytes, headers: [] };
}

function keyIn(bytes: Uint8Array, name: string): Uint8Array | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isObject && Object.hasOwn(value, name) ? keyBytes(Reflect.get(value, name)) : null;
  } catch {
    return null;
  }
}

function keyBytes(value: unknown): Uint8Array | null {
  return typeof value === 'string' || typeof value === 'number' ? Buffer.from(String(value)) : null;
}
