import type { IHeaders, Message } from 'kafkajs';
import type { Header, RecordToAppend } from '../../pipeline/ports.ts';

/**
 * The record in kafkajs's form; without its own timestamp it gets the time of sending, as with every Kafka producer.
 */
export function messageOf({ key, value, headers, timestampMs }: RecordToAppend, kafkaPartition: number): Message {
  return {
    key: key && bufferOf(key),
    value: value && bufferOf(value),
    headers: headersOf(headers),
    timestamp: String(timestampMs ?? Date.now()),
    partition: kafkaPartition,
  };
}

const bufferOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Several values of one name stay in order; kafkajs cannot keep their order relative to other names. */
function headersOf(headers: readonly Header[]): IHeaders {
  // Without a prototype, no name is special.
  const byName: Record<string, Buffer[]> = Object.create(null);
  for (const { name, value } of headers) {
    const values = byName[name] ?? [];
    values.push(bufferOf(value));
    byName[name] = values;
  }
  return byName;
}
