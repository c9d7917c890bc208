import type { Contract } from '../../contracts/contract.ts';
import { bytesOf, type DeliveredRecord, type KafkaPartitionBatch } from '../batch.ts';
import { kindOfThrown } from '../contract-code.ts';
import { maskPayload } from '../masking.ts';
import type { EventLog, RecordToAppend } from '../ports.ts';
import type { RecordReader } from '../reading.ts';
import { type BatchLimits, recordQueue } from '../record-queue.ts';
import { sourceHeaders } from '../source-position.ts';
import { toolsOf } from '../take-data.ts';
import { appendedEvents, type RefinedEvent } from './appended.ts';
import type { Refinement } from './refinement.ts';
import { refinementErrorHeader } from './refinement-error.ts';
import { writtenText, writtenValues } from './written-json.ts';

export interface RefinerDeps {
  readonly log: Pick<EventLog, 'append'>;
  readonly refinements: readonly Refinement[];
  /** The topic of a stream's records. */
  readonly topicOf: (stream: string) => string;
}

/** `events` were appended to the refined topics; `skipped` source records are dead letters of their own stream. */
export interface RefineCounts {
  readonly records: number;
  readonly events: number;
  readonly skipped: number;
}

/** Keeps a request below the 1 MiB that a Kafka broker accepts by default, unless a single record is larger. */
const BATCH_LIMITS: BatchLimits = { maxRecords: 5000, maxBytes: 768 * 1024 };

/**
 * Appends the events that a batch's records refine to: to the same kafka partition number, in order, with one request
 * in flight in each. It stops at the first append that fails, so the appended events are always the first ones of the
 * batch: redelivery continues after them, or in another process repeats them and continues, and a reader that keeps the
 * high-water sees each event once.
 * @throws if an append fails, after the other topics' appends have completed.
 */
export function refiner({ log, refinements, topicOf }: RefinerDeps) {
  const appended = appendedEvents();

  const appendAll = async (refinement: Refinement, batch: KafkaPartitionBatch, sources: readonly Source[]) => {
    const queue = recordQueue();
    const waiting: RefinedEvent[] = [];
    let events = 0;
    const append = async () => {
      const { records } = queue.takeBatch(BATCH_LIMITS);
      await log.append(topicOf(refinement.to.name), batch.kafkaPartition, records);
      events += records.length;
      appended.add(refinement, batch, waiting[events - 1] as RefinedEvent);
    };
    const isAppended = appended.before(refinement, batch);
    for (const source of sources) {
      for (const [ordinal, refined] of refinedRecords(refinement, source, batch.stream.incarnation).entries()) {
        const event = { record: source.record, ordinal };
        if (isAppended(event)) continue;
        waiting.push(event);
        queue.add(refined);
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
    const results = await Promise.allSettled(own.map((refinement) => appendAll(refinement, batch, sources)));
    let events = 0;
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      events += result.value;
    }
    return { records: batch.records.length, events, skipped: batch.records.length - sources.length };
  };
}

interface Source {
  readonly record: DeliveredRecord;
  readonly bytes: Buffer;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Empty if the record is not an event: its own stream's sink makes it a dead letter. */
function sourceOf(sourceReader: RecordReader, record: DeliveredRecord): readonly Source[] {
  const bytes = bytesOf(record.value);
  const reading = sourceReader.read(bytes, record.timestamp);
  if ('reason' in reading || bytes === null) return [];
  return [{ record, bytes, event: reading.event }];
}

/**
 * Returns the records that a source refines to. If the refinement's code throws, one record replaces them all: the
 * source's own payload, which the refined stream's sink makes a dead letter.
 */
function refinedRecords(refinement: Refinement, source: Source, incarnation: number): readonly RecordToAppend[] {
  const { offset, timestamp: timestampMs } = source.record;
  const headersOf = (ordinal: number) => sourceHeaders({ incarnation, offset, ordinal, timestampMs });
  try {
    return refinedEvents(refinement, source).map((event, ordinal) => ({ ...event, headers: headersOf(ordinal) }));
  } catch (cause) {
    const headers = [...headersOf(0), refinementErrorHeader(kindOfThrown(cause))];
    return [{ key: null, value: maskPayload(refinement.from, source.bytes), headers }];
  }
}

/**
 * The keys and values of the records that an event refines to, in order.
 * @throws what the refinement's code throws
 */
export function refinedEvents(
  { to, refine }: Refinement,
  { event, bytes }: Pick<Source, 'event' | 'bytes'>,
): readonly Pick<RecordToAppend, 'key' | 'value'>[] {
  return refine(event, writtenValues(bytes)).map((refined) => ({
    key: keyOf(to, refined),
    value: Buffer.from(wireText(to, refined)),
  }));
}

/** The refined event's JSON, by wire names. */
export function wireText({ fields }: Contract, event: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(event).flatMap(([name, value]) => {
    const text = writtenText(value) ?? JSON.stringify(value);
    return text === undefined ? [] : [`${JSON.stringify(fields[name]?.wire ?? name)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

function keyOf({ key }: Contract, event: Readonly<Record<string, unknown>>): Uint8Array | null {
  if (key === null) return null;
  const text = writtenText(event[key]);
  if (text === undefined) return Buffer.from(String(event[key]));
  return Buffer.from(text.startsWith('"') ? JSON.parse(text) : text);
}
