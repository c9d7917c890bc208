import { bytesOf, type DeliveredRecord, type KafkaPartitionBatch } from '../batch.ts';
import type { EventLog, RecordToAppend } from '../ports.ts';
import type { RecordReader } from '../reading.ts';
import { type BatchLimits, recordQueue } from '../record-queue.ts';
import { sourceHeaders } from '../source-position.ts';
import { toolsOf } from '../take-data.ts';
import type { Refinement, SourceObject } from './refinement.ts';

export interface RefinerDeps {
  readonly log: Pick<EventLog, 'append'>;
  readonly refinements: readonly Refinement[];
  /** The topic that a stream's records go to. */
  readonly topicOf: (stream: string) => string;
}

/** `events` were appended to the refined topics; `skipped` source records are dead letters of their own stream. */
export interface RefineCounts {
  readonly records: number;
  readonly events: number;
  readonly skipped: number;
}

/** Keeps a request below the 1 MiB that a Kafka broker takes by default, unless a single record is larger. */
const BATCH_LIMITS: BatchLimits = { maxRecords: 5000, maxBytes: 768 * 1024 };

/**
 * Appends what a batch's records refine to: to the same kafka partition number, in order, with one request in flight in
 * each. It stops at the first failure, so that whatever was appended is a beginning: redelivery repeats it and goes on,
 * and a reader that keeps the high-water sees each event once.
 * @throws when an append fails, after the other topics' appends have come to their end.
 */
export function refiner({ log, refinements, topicOf }: RefinerDeps) {
  const appendAll = async ({ to, refine }: Refinement, batch: KafkaPartitionBatch, sources: readonly Source[]) => {
    const queue = recordQueue();
    const append = () => log.append(topicOf(to.name), batch.kafkaPartition, queue.takeBatch(BATCH_LIMITS).records);
    let events = 0;
    for (const { record, event, object } of sources) {
      for (const [ordinal, refined] of refine(event, object).entries()) {
        queue.add(refinedRecord(to.key, refined, record, { incarnation: batch.stream.incarnation, ordinal }));
        events++;
        if (queue.bytes() >= BATCH_LIMITS.maxBytes) await append();
      }
    }
    while (!queue.isEmpty()) await append();
    return events;
  };

  return async (batch: KafkaPartitionBatch): Promise<RefineCounts> => {
    const { contract, topic } = batch.stream;
    const own = refinements.filter(({ from }) => from.name === contract?.name);
    if (contract === null || own.length === 0) {
      throw new Error(`${topic}: expected the topic of a stream that is refined, found another`);
    }
    const { reader } = toolsOf(contract);
    const sources = batch.records.flatMap((record) => sourceOf(reader, record));
    const appended = await Promise.allSettled(own.map((refinement) => appendAll(refinement, batch, sources)));
    let events = 0;
    for (const result of appended) {
      if (result.status === 'rejected') throw result.reason;
      events += result.value;
    }
    return { records: batch.records.length, events, skipped: batch.records.length - sources.length };
  };
}

interface Source {
  readonly record: DeliveredRecord;
  readonly event: Readonly<Record<string, unknown>>;
  readonly object: SourceObject;
}

/** None where the record is no event: the sink of its own stream makes it a dead letter. */
function sourceOf(sourceReader: RecordReader, record: DeliveredRecord): readonly Source[] {
  const bytes = bytesOf(record.value);
  const reading = sourceReader.read(bytes, record.timestamp);
  if ('reason' in reading || bytes === null) return [];
  return [{ record, event: reading.event, object: JSON.parse(bytes.toString('utf8')) }];
}

function refinedRecord(
  keyField: string | null,
  event: Readonly<Record<string, unknown>>,
  { offset, timestamp: timestampMs }: DeliveredRecord,
  { incarnation, ordinal }: { readonly incarnation: number; readonly ordinal: number },
): RecordToAppend {
  return {
    key: keyField === null ? null : Buffer.from(String(event[keyField])),
    value: Buffer.from(JSON.stringify(event)),
    headers: sourceHeaders({ incarnation, offset, ordinal, timestampMs }),
  };
}
