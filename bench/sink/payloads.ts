import { closeSync, openSync, readSync } from 'node:fs';
import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { benchOrders } from './contract.ts';
import { EVENTS_PER_SECOND, START_MS } from './events.ts';

/** `drained` fills a payload from one kafka partition, like a poller with a backlog; `mixed` from all four. */
export type PayloadCut = 'drained' | 'mixed';

const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** A kafka partition's events, from its file. */
interface Source {
  readonly kafkaPartition: number;
  /** The records of the next payload, up to that many bytes; empty at the end. */
  next(maxBytes: number): MSKRecord[];
}

/**
 * The events as a backlog delivers them, in payloads as large as Lambda allows. A payload is valid until the next one
 * is requested: its records are reused, and only their values are new.
 */
export function* payloads(files: readonly string[], cut: PayloadCut): Generator<MSKEvent> {
  let open = files.map(source);
  while (open.length > 0) {
    const turns = cut === 'drained' ? open.map((one) => [one]) : [open];
    for (const turn of turns) {
      const taken = turn.map((one) => [one, one.next(MAX_PAYLOAD_BYTES / turn.length)] as const);
      const ended = new Set(taken.flatMap(([one, records]) => (records.length === 0 ? [one] : [])));
      open = open.filter((one) => !ended.has(one));
      const records = taken.flatMap(([{ kafkaPartition }, share]) =>
        share.length === 0 ? [] : [[`${benchOrders.name}-${kafkaPartition}`, share] as const],
      );
      if (records.length > 0) yield eventOf(Object.fromEntries(records));
      // Lambda releases an event after its call has ended.
      for (const [, share] of records) for (const record of share) record.value = '';
    }
  }
}

function eventOf(records: MSKEvent['records']): MSKEvent {
  return { eventSource: 'aws:kafka', eventSourceArn: 'arn:aws:kafka:bench', bootstrapServers: '', records };
}

function source(file: string, kafkaPartition: number): Source {
  const values = base64Lines(file);
  const pool: MSKRecord[] = [];
  let offset = 0;
  return {
    kafkaPartition,
    next(maxBytes) {
      let count = 0;
      let bytes = 0;
      while (bytes < maxBytes) {
        const value = values.next();
        if (value.done) break;
        pool[count] ??= emptyRecord(kafkaPartition);
        const record = pool[count++] as MSKRecord;
        record.offset = offset;
        record.timestamp = timestampOf(offset++, kafkaPartition);
        record.value = value.value;
        bytes += value.value.length + ENVELOPE_BYTES;
      }
      return pool.slice(0, count);
    },
  };
}

function timestampOf(offset: number, kafkaPartition: number): number {
  const sequence = offset * benchOrders.kafkaPartitions + kafkaPartition;
  return START_MS + Math.floor((sequence / EVENTS_PER_SECOND) * 1000);
}

function emptyRecord(partition: number): MSKRecord {
  return {
    topic: benchOrders.name,
    partition,
    offset: 0,
    timestamp: START_MS,
    timestampType: 'LOG_APPEND_TIME',
    key: Buffer.from('order-000000000000').toString('base64'),
    value: '',
    headers: [],
  };
}

/** A record's JSON without its value, as Lambda counts a payload. */
const ENVELOPE_BYTES = JSON.stringify({ ...emptyRecord(0), offset: 100_000 }).length + 1;

function* base64Lines(file: string): Generator<string> {
  const descriptor = openSync(file, 'r');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let kept = 0;
  for (;;) {
    const end = kept + readSync(descriptor, buffer, kept, READ_BYTES - kept, null);
    if (end === kept) break;
    let start = 0;
    for (let newline = buffer.indexOf(NEWLINE); newline !== -1 && newline < end; ) {
      yield buffer.toString('base64', start, newline);
      start = newline + 1;
      newline = buffer.indexOf(NEWLINE, start);
    }
    buffer.copyWithin(0, start, end);
    kept = end - start;
  }
  closeSync(descriptor);
}
