import type { Contract, EventOf, Fields } from '../contracts/contract.ts';
import { maskPayload, maskText } from './masking.ts';
import type { Rejection } from './outcome.ts';
import type { RecordToAppend } from './ports.ts';
import { reader } from './reading.ts';

/** What is done to an event before it reaches Kafka. */
export interface Admission {
  /**
   * The event's record: keyed as the contract says, its masked fields masked, its bytes otherwise those of `text`.
   * `identity` is that of the event; null where its position is. A rejection says what the sink would say of it.
   * @param nowMs milliseconds since 1970, which the event time may be ahead of by 24 hours
   */
  admit(
    text: Uint8Array,
    nowMs: number,
  ): { readonly record: RecordToAppend; readonly identity: string | null } | Rejection;
}

export function admission(contract: Contract): Admission {
  const { read } = reader(contract);
  const { key } = contract;
  const identityOf = identityText(contract);
  return {
    admit: (text, nowMs) => {
      const reading = read(text, nowMs);
      if ('reason' in reading) return reading;
      const { event } = reading;
      return {
        record: { key: key === null ? null : keyBytes(event[key]), value: maskPayload(contract, text), headers: [] },
        identity: identityOf(event),
      };
    },
  };
}

/** How an event is named in answers: by the text of its identity, masked where that is. */
function identityText({ identity, fields }: Contract): (event: EventOf<Fields>) => string | null {
  const field = fields[identity];
  if (field === undefined) return () => null;
  return (event) => {
    const value = event[identity];
    if (value === null) return null;
    return field.masked ? maskText(String(value)) : String(value);
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
