import type { Contract } from '../contracts/contract.ts';
import { maskPayload } from './masking.ts';
import type { Rejection } from './outcome.ts';
import type { RecordToAppend } from './ports.ts';
import { reader } from './reading.ts';

/** What is done to an event before it reaches Kafka. */
export interface Admission {
  /**
   * The event's record: keyed as the contract says, its masked fields masked, its bytes otherwise those of `text`.
   * A rejection says what the sink would say of it.
   * @param nowMs milliseconds since 1970, which the event time may be ahead of by 24 hours
   */
  admit(text: Uint8Array, nowMs: number): { readonly record: RecordToAppend } | Rejection;
}

export function admission(contract: Contract): Admission {
  const { read } = reader(contract);
  return {
    admit: (text, nowMs) => {
      const reading = read(text, nowMs);
      if ('reason' in reading) return reading;
      const key = contract.key === null ? null : keyBytes(reading.event[contract.key]);
      return { record: { key, value: maskPayload(contract, text), headers: [] } };
    },
  };
}

/**
 * The bytes as any Kafka producer might send them: not validated and not masked. Keyed where the contract's key can be
 * read out of them, without a key otherwise.
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
