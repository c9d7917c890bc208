import type { RecordToAppend } from '../../pipeline/ports.ts';

/** The format of records between local processes: JSON, bytes in base64. */
interface WireRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface AppendRequest {
  readonly topic: string;
  readonly kafkaPartition: number;
  readonly records: readonly RecordToAppend[];
}

export function writeAppendRequest({ topic, kafkaPartition, records }: AppendRequest): string {
  const wire = records.map(
    ({ key, value, headers }): WireRecord => ({
      key: key === null ? null : base64(key),
      value: value === null ? null : base64(value),
      headers: headers.map((header) => [header.name, base64(header.value)]),
    }),
  );
  return JSON.stringify({ topic, kafkaPartition, records: wire });
}

/** @throws if the text was not written by `writeAppendRequest`. */
export function readAppendRequest(text: string): AppendRequest {
  const { topic, kafkaPartition, records } = JSON.parse(text);
  if (typeof topic !== 'string' || !Number.isInteger(kafkaPartition) || !Array.isArray(records)) {
    throw new Error('expected {topic, kafkaPartition, records}, found something else');
  }
  return { topic, kafkaPartition, records: records.map(readRecord) };
}

function readRecord({ key, value, headers }: WireRecord): RecordToAppend {
  return {
    key: key === null ? null : Buffer.from(key, 'base64'),
    value: value === null ? null : Buffer.from(value, 'base64'),
    headers: headers.map(([name, bytes]) => ({ name, value: Buffer.from(bytes, 'base64') })),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
