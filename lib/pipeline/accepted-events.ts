import { bytesOf, type DeliveredRecord, ingestedAtMs } from './batch.ts';
import { type Judge, refusalByHeaders } from './judge.ts';

/** An event that the sink makes a row of. */
export interface AcceptedEvent {
  readonly event: Readonly<Record<string, unknown>>;
  /** Canonical timestamp. */
  readonly eventTime: string;
}

/** The events among the records, by the same verdicts as the sink's: all others are dead letters. */
export function acceptedEvents(judges: Judge, records: readonly DeliveredRecord[]): readonly AcceptedEvent[] {
  return records.flatMap((record) => {
    if (judges.isRefined && refusalByHeaders(record) !== undefined) return [];
    const reading = judges.reader.read(bytesOf(record.value), ingestedAtMs(record));
    return 'reason' in reading ? [] : [reading];
  });
}
