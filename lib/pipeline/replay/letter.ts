import type { HourOfTable } from '../../derive/table-partition.ts';
import type { RejectionReason } from '../outcome.ts';

/** A dead letter as stored in `lake.dead_letters`. */
export interface Letter {
  readonly kafkaOffset: number;
  /** Kafka timestamp of the record, milliseconds since 1970; 0 if it had none. */
  readonly ingestedAtMs: number;
  readonly key: string | null;
  /** The record's value; null for a tombstone, `base64:` and the bytes if they are not plain text. */
  readonly payload: string | null;
  readonly reason: RejectionReason;
  /** The first failing field; empty for the whole record. */
  readonly path: string;
  readonly detail: string;
}

/** Letters of one kafka partition and hour, by ascending offset. */
export interface LetterBatch {
  readonly stream: string;
  readonly topic: string;
  readonly incarnation: number;
  readonly kafkaPartition: number;
  readonly hour: HourOfTable;
  readonly letters: readonly Letter[];
}

const BYTES = 'base64:';

/** The record's value; null for a tombstone. */
export function payloadBytes({ payload }: Pick<Letter, 'payload'>): Buffer | null {
  if (payload === null) return null;
  return payload.startsWith(BYTES) ? Buffer.from(payload.slice(BYTES.length), 'base64') : Buffer.from(payload);
}
