import type { MSKEvent } from 'aws-lambda';
import { type Contract, contract, integer, string, timestamp } from '../../../lib/contracts/contract.ts';
import { type MetricDefinition, metricDefinitions } from '../../../lib/derive/metric-definitions.ts';
import { bytesOf, type DeliveredRecord, ingestedAtMs } from '../../../lib/pipeline/batch.ts';
import type { AcceptedEvent } from '../../../lib/pipeline/field-shapes.ts';
import { refusalByHeaders } from '../../../lib/pipeline/judge.ts';
import { aboveHighWater, type HighWater, sourceHeaders } from '../../../lib/pipeline/source-position.ts';
import { toolsOf } from '../../../lib/pipeline/take-data.ts';
import type { Random } from '../random.ts';

const declared = {
  version: 1,
  description: 'Events of the model check.',
  owner: 'test',
  key: null,
  eventTime: 'at',
  identity: 'position',
  fields: { at: timestamp('When.'), id: string('Which.'), n: integer('A number.', { nullable: true }) },
} as const;
const metrics = {
  total: { description: 'All.', by: [], count: true },
  windows: { description: 'By minute.', by: ['id'], count: true, sum: ['n'], window: { seconds: 60 } },
  least: { description: 'By id.', by: ['id'], count: true, min: ['n'], max: ['n'] },
} as const;

/** A stream with two kafka partitions, and a refined one with one. */
export const streams: readonly Contract[] = [
  contract({ ...declared, name: 'model.plain', kafkaPartitions: 2, metrics }),
  contract({ ...declared, name: 'model.refined', refinedFrom: 'model.plain', metrics }),
];

/** `least` is declared only by the code that is deployed second. */
export function definitionsOf(stream: Contract, isNew: boolean): readonly MetricDefinition[] {
  return metricDefinitions(stream).filter(({ name }) => isNew || name !== 'least');
}

/** Longer than two windows, and shorter than the lateness of some events. */
export const RETENTION_SECONDS = 150;

/** The records of a kafka partition, and their expected results. */
export interface ModelPartition {
  readonly stream: Contract;
  readonly kafkaPartition: number;
  /** The oldest record still in the log. */
  readonly start: number;
  readonly records: readonly DeliveredRecord[];
  /** By offset: the event that the sink turns into a row; null for a dead letter, a repetition, or a missing record. */
  readonly events: readonly (AcceptedEvent | null)[];
  /** By offset: the greatest source position so far. */
  readonly highWaters: readonly (HighWater | null)[];
}

const START_MS = Date.UTC(2026, 0, 31, 13);
const MAX_RECORDS = 14;

export function modelPartitions(choices: Random): readonly ModelPartition[] {
  return streams.flatMap((stream) =>
    Array.from({ length: stream.kafkaPartitions }, (_, kafkaPartition) =>
      modelPartition(choices, stream, kafkaPartition),
    ),
  );
}

function modelPartition(choices: Random, stream: Contract, kafkaPartition: number): ModelPartition {
  const isRefined = stream.refinedFrom !== null;
  const sources = sourcesOf(choices);
  const values = new Map<number, string>();
  const records = Array.from({ length: 1 + choices.below(MAX_RECORDS) }, (_, offset): DeliveredRecord => {
    const source = sources[offset] ?? 0;
    // A repetition is the same event again.
    const value = isRefined ? (values.get(source) ?? eventText(choices, source)) : eventText(choices, offset);
    values.set(source, value);
    const position = { incarnation: 0, offset: source, ordinal: 0, timestampMs: START_MS + source * 1000 };
    return {
      offset,
      timestamp: START_MS + offset * 1000,
      timestampType: 'LOG_APPEND_TIME',
      value: Buffer.from(value).toString('base64'),
      headers: isRefined ? sourceHeaders(position).map(({ name, value: bytes }) => ({ [name]: [...bytes] })) : [],
      source: isRefined ? position : undefined,
    };
  });
  const start = choices.chance(0.2) ? choices.below(Math.min(4, records.length)) : 0;
  let highWater: HighWater | null = null;
  const highWaters: (HighWater | null)[] = [];
  const events = records.map((record) => {
    if (record.offset < start) {
      highWaters.push(null);
      return null;
    }
    const found = aboveHighWater([record], highWater);
    highWater = found.highWater;
    highWaters.push(highWater);
    return eventOf(stream, found.kept[0]);
  });
  return { stream, kafkaPartition, start, records, events, highWaters };
}

/** Uses only the contract's reader. */
function eventOf(stream: Contract, record: DeliveredRecord | undefined): AcceptedEvent | null {
  if (record === undefined) return null;
  if (stream.refinedFrom !== null && refusalByHeaders(record) !== undefined) return null;
  const reading = toolsOf(stream).reader.read(bytesOf(record.value), ingestedAtMs(record));
  return 'reason' in reading ? null : reading;
}

/** Ascending, with some suffixes repeated before the sequence continues. */
function sourcesOf(choices: Random): readonly number[] {
  const sources: number[] = [];
  let next = 0;
  while (sources.length < MAX_RECORDS) {
    const from = Math.max(0, next - (choices.chance(0.4) ? choices.below(4) : 0));
    next = Math.max(next, from + 1 + choices.below(4));
    for (let source = from; source < next; source++) sources.push(source);
  }
  return sources;
}

/** Usually ascending in time, sometimes later than windows are kept, sometimes far ahead, sometimes not an event. */
function eventText(choices: Random, offset: number): string {
  if (choices.chance(0.15)) return 'no event';
  const seconds = offset * 10 + choices.pick([0, 0, 0, -30, -200, 300]);
  const at = new Date(START_MS + seconds * 1000).toISOString();
  return JSON.stringify({ at, id: choices.pick(['a', 'b']), n: choices.pick([null, 1, -5, 7]) });
}

export function modelEvent({ stream, kafkaPartition, records }: ModelPartition, from: number, to: number): MSKEvent {
  const delivered = records.slice(from, to).map(({ source: _, value, ...record }) => ({
    ...record,
    topic: stream.name,
    partition: kafkaPartition,
    key: '',
    value: value ?? '',
  }));
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:model',
    bootstrapServers: '',
    records: { [`${stream.name}-${kafkaPartition}`]: delivered } as MSKEvent['records'],
  };
}
