/**
 * The columns of the lake's tables, independent of any storage engine. Everything that has columns (DuckDB, Glue,
 * Redshift, STREAMS.md) is derived from it.
 */
import { columnName } from '../contracts/column-name.ts';
import type { Contract, Field, FieldType, ValueRule } from '../contracts/contract.ts';
import { MAX_TEXT_BYTES } from '../contracts/text-limit.ts';
import { wireName } from '../contracts/wire-name.ts';

/** Every type a column may have. Tables are flat, so there is none for nested values. */
export type ColumnType =
  /** The maximum UTF-8 bytes; by default `MAX_TEXT_BYTES`. */
  | { readonly kind: 'string'; readonly maxBytes?: number }
  | { readonly kind: 'integer' | 'bigint' | 'double' | 'boolean' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** UTC, microseconds, without zone. */
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'date' };

/** The source of a column's values: the field of that wire name, or Weir itself. */
type ColumnSource = { readonly field: string } | 'system';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly description: string;
  readonly unit: string | null;
  readonly personal: boolean;
  /** A string column that holds canonical JSON text. */
  readonly json: boolean;
  readonly rule: ValueRule | null;
  readonly source: ColumnSource;
}

/** The column of the producer's own id: every table has it, after the other fields. */
const EVENT_ID = 'event_id';

/**
 * The columns of a stream's lake table, in the order of its Parquet objects: the contract's fields, then Weir's own.
 */
export function columns(contract: Pick<Contract, 'name' | 'fields' | 'refinedFrom'>): readonly Column[] {
  const ofFields = Object.entries(contract.fields).map(([name, field]) => fieldColumn(name, field));
  const isEventId = ({ name }: Column) => name === EVENT_ID;
  const eventId = ofFields.find(isEventId) ?? noEventId;
  const ofRow = contract.refinedFrom === null ? rowColumns : refinedRowColumns;
  return [...ofFields.filter((column) => !isEventId(column)), eventId, ...ofRow];
}

function fieldColumn(name: string, field: Field): Column {
  const { nullable, description, unit, rule } = field;
  const type = columnType(field.type);
  return {
    name: columnName(name),
    type,
    nullable,
    description,
    unit: unit ?? null,
    personal: holdsPersonalData(field),
    json: isJsonText(field.type),
    rule: rule ?? null,
    source: { field: wireName(name, field) },
  };
}

/** The type of the column that holds a field; nested values are JSON text. */
export function columnType(type: FieldType): ColumnType {
  switch (type.kind) {
    case 'string':
      return stringColumn(type.maxLength);
    case 'integer':
    case 'bigint':
    case 'double':
    case 'boolean':
    case 'timestamp':
    case 'date':
      return { kind: type.kind };
    case 'uuid':
      return { kind: 'string', maxBytes: UUID_BYTES };
    case 'decimal':
      return { kind: 'decimal', precision: type.precision, scale: type.scale };
    case 'json':
    case 'list':
    case 'struct':
    case 'map':
      return { kind: 'string' };
    default:
      return type satisfies never;
  }
}

/** Whether a field's column holds JSON text. */
export function isJsonText({ kind }: FieldType): boolean {
  return kind === 'json' || kind === 'list' || kind === 'struct' || kind === 'map';
}

const UUID_BYTES = 36;
const BYTES_A_CHARACTER = 4;

/** The values of a rule set no limit: values may be added without a new version, and warehouses keep their columns. */
function stringColumn(maxLength: number | null): ColumnType {
  const maxBytes = maxLength === null ? MAX_TEXT_BYTES : maxLength * BYTES_A_CHARACTER;
  return maxBytes < MAX_TEXT_BYTES ? { kind: 'string', maxBytes } : { kind: 'string' };
}

function holdsPersonalData(field: Field): boolean {
  return field.personal || innerFields(field.type).some(holdsPersonalData);
}

function innerFields(type: FieldType): readonly Field[] {
  switch (type.kind) {
    case 'list':
    case 'map':
      return [type.of];
    case 'struct':
      return Object.values(type.fields);
    case 'string':
    case 'integer':
    case 'bigint':
    case 'double':
    case 'decimal':
    case 'boolean':
    case 'timestamp':
    case 'date':
    case 'uuid':
    case 'json':
      return [];
    default:
      return type satisfies never;
  }
}

interface SystemOptions {
  readonly nullable?: boolean;
  readonly personal?: boolean;
  readonly json?: boolean;
  readonly unit?: string;
}

function system(name: string, type: ColumnType, description: string, options: SystemOptions = {}): Column {
  const { nullable = false, personal = false, json = false, unit = null } = options;
  return { name, type, nullable, description, unit, personal, json, rule: null, source: 'system' };
}

const incarnation = system('incarnation', { kind: 'integer' }, 'How many times the topic had been recreated.');
const kafkaPartition = system('kafka_partition', { kind: 'integer' }, 'Kafka partition of the record.');
const kafkaOffset = system('kafka_offset', { kind: 'bigint' }, 'Offset of the record in its kafka partition.');
const ingestedAt = system(
  'ingested_at',
  { kind: 'timestamp' },
  'Kafka timestamp of the record (of its source’s record in a refined stream), UTC.',
);

const noEventId = system(
  EVENT_ID,
  { kind: 'string' },
  'Id that the producer gave the event; always null in this stream.',
  { nullable: true },
);

const rowColumns: readonly Column[] = [
  system('event_time', { kind: 'timestamp' }, 'When the event happened, as its contract defines it, UTC.'),
  incarnation,
  kafkaPartition,
  kafkaOffset,
  ingestedAt,
  system('contract_version', { kind: 'integer' }, 'Version of the contract that accepted the event.'),
  system(
    '_extra',
    { kind: 'string' },
    'Fields that the contract does not know, as JSON text; null when there are none.',
    { nullable: true, personal: true, json: true },
  ),
];

const refinedKafkaOffset = system(
  'kafka_offset',
  kafkaOffset.type,
  'Offset of the record in its kafka partition; null in rows that were made from rows of the source: no record has them.',
  { nullable: true },
);

/** The origin of a refined row. */
const sourceColumns: readonly Column[] = [
  system(
    'source_offset',
    { kind: 'bigint' },
    'Offset of the source’s record, in the kafka partition of the same number; null in rows written by earlier versions of Weir.',
    { nullable: true },
  ),
  system(
    'source_ordinal',
    { kind: 'bigint' },
    'Position among the events refined from the same source record, from 0; null in rows written by earlier versions of Weir.',
    { nullable: true },
  ),
];

const refinedRowColumns = rowColumns.flatMap((column) =>
  column === kafkaOffset ? [refinedKafkaOffset, ...sourceColumns] : [column],
);

/**
 * The column of `lake.dead_letters` that holds the record's value as text. Objects of earlier versions hold it as
 * bytes; readers return both as text.
 */
export const PAYLOAD = 'payload';

/** The columns of `lake.dead_letters`, in the order of its Parquet objects. */
export const deadLetterColumns: readonly Column[] = [
  system('stream', { kind: 'string' }, 'Stream of the record, or its topic if that has no contract.'),
  system('topic', { kind: 'string' }, 'Topic of the record.'),
  incarnation,
  kafkaPartition,
  kafkaOffset,
  ingestedAt,
  system('key', { kind: 'string' }, 'Key of the record; `base64:` and the encoded bytes if it is not valid text.', {
    nullable: true,
    personal: true,
  }),
  system(
    PAYLOAD,
    { kind: 'string' },
    'Value of the record; `base64:` and the encoded bytes if it is not valid text; null for a tombstone.',
    { nullable: true, personal: true },
  ),
  system('headers', { kind: 'string' }, 'Headers as a JSON list of name and value, in the record’s order.', {
    personal: true,
    json: true,
  }),
  system('reason', { kind: 'string' }, 'Why the record could not become a row; one of a fixed list of reasons.'),
  system(
    'path',
    { kind: 'string' },
    'Dotted path of the first invalid field; empty if the record as a whole is invalid.',
  ),
  system('detail', { kind: 'string' }, 'What was expected, and the type of what was found.'),
  system('contract_version', { kind: 'integer' }, 'Version of the contract that was tried; null for no contract.', {
    nullable: true,
  }),
];

/** The columns that come from a table's folders instead of its objects. */
export const partitionColumns: readonly Column[] = [
  system('dt', { kind: 'string' }, 'UTC day of the ingest hour, such as 2026-01-31.'),
  system('hour', { kind: 'integer' }, 'UTC hour of the ingest hour.', { unit: '0 to 23' }),
];
