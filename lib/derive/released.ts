/**
 * What a contract promises to producers and readers of its table, as plain data. It is written to a file when the
 * contract is released, so that later changes can be compared with it.
 */

import type { Contract, Field, FieldIds, FieldType, ValueRule } from '../contracts/contract.ts';
import type { Metric } from '../contracts/metric.ts';
import { epochText } from './epoch.ts';
import { withNextIds } from './field-ids.ts';

export interface ReleasedField {
  /** `room_id`; inside others `customer.phone`, `messages[].message_id`, `hotel_advertisers{}[].eurocents`. */
  readonly path: string;
  /** `decimal(12,2)`, `timestamp`, `struct`. */
  readonly type: string;
  /** Its alternative wire format: numbers and booleans as text, timestamps as seconds since 1970. */
  readonly spelling: string | null;
  readonly nullable: boolean;
  readonly masked: boolean;
  readonly rule: ValueRule | null;
  /** The maximum characters of a string; absent if the contract sets no limit. */
  readonly maxLength?: number;
  /** Its name on the wire, if different. */
  readonly wire?: string;
}

/** The meaning of a live metric as comparable text: `count, sum amount by country in windows of 60 s`. */
interface ReleasedMetric {
  readonly name: string;
  readonly meaning: string;
}

export interface ReleasedContract {
  readonly name: string;
  readonly version: number;
  readonly key: string | null;
  /** The field, or the description of a computed event time. */
  readonly eventTime: string;
  readonly identity: string;
  readonly kafkaPartitions: number;
  readonly refinedFrom: string | null;
  readonly alsoKnownAs: readonly string[];
  /** Rules over several fields, by name. */
  readonly rules: readonly string[];
  /** Absent from contracts released before metrics existed. */
  readonly metrics?: readonly ReleasedMetric[];
  /** Each field is followed by its nested fields. */
  readonly fields: readonly ReleasedField[];
  /** Absent from contracts released before fields had numbers. */
  readonly fieldIds?: FieldIds;
}

/** The contract as plain data that survives a JSON round trip. */
export function releasedContract(contract: Contract): ReleasedContract {
  const { name, version, key, eventTime, identity, kafkaPartitions, refinedFrom, alsoKnownAs, rules } = contract;
  const fields = Object.entries(contract.fields).flatMap(([path, field]) => releasedFields(path, field));
  return {
    name,
    version,
    key,
    eventTime: eventTimeText(eventTime),
    identity,
    kafkaPartitions,
    refinedFrom,
    alsoKnownAs,
    rules: rules.map((rule) => rule.name),
    metrics: Object.entries(contract.metrics).map(([metric, declared]) => ({
      name: metric,
      meaning: meaningOf(declared),
    })),
    fields,
    fieldIds: withNextIds(contract.fieldIds ?? {}, fields),
  };
}

function meaningOf({ by, count, sum = [], min = [], max = [], window }: Metric): string {
  const measures = [
    ...(count === true ? ['count'] : []),
    ...sum.map((path) => `sum ${path}`),
    ...min.map((path) => `min ${path}`),
    ...max.map((path) => `max ${path}`),
  ];
  const groups = by.length === 0 ? '' : ` by ${by.join(', ')}`;
  const windows = window === undefined ? '' : ` in windows of ${window.seconds} s`;
  return `${measures.join(', ')}${groups}${windows}`;
}

function releasedFields(path: string, field: Field): readonly ReleasedField[] {
  const { nullable, masked, rule } = field;
  return [
    {
      path,
      ...releasedType(field.type),
      nullable,
      masked,
      rule: rule ?? null,
      ...releasedLength(field.type),
      ...releasedWire(field),
    },
    ...innerFields(path, field.type),
  ];
}

/** The event time's field, or a description of its source. */
export function eventTimeText(eventTime: Contract['eventTime']): string {
  if (typeof eventTime === 'string') return eventTime;
  return 'kafkaTimestamp' in eventTime ? 'the Kafka timestamp' : `computed: ${eventTime.description}`;
}

function releasedLength(type: FieldType): Pick<ReleasedField, 'maxLength'> {
  return type.kind === 'string' && type.maxLength !== null ? { maxLength: type.maxLength } : {};
}

function releasedWire({ wire }: Field): Pick<ReleasedField, 'wire'> {
  return wire === undefined ? {} : { wire };
}

function innerFields(path: string, type: FieldType): readonly ReleasedField[] {
  switch (type.kind) {
    case 'list':
      return releasedFields(`${path}[]`, type.of);
    case 'map':
      return releasedFields(`${path}{}`, type.of);
    case 'struct':
      return Object.entries(type.fields).flatMap(([name, field]) => releasedFields(`${path}.${name}`, field));
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

function releasedType(type: FieldType): Pick<ReleasedField, 'type' | 'spelling'> {
  switch (type.kind) {
    case 'boolean':
      return { type: type.kind, spelling: type.text ? 'text too' : null };
    case 'timestamp':
      return { type: type.kind, spelling: type.wire === 'text' ? null : epochText(type.wire) };
    case 'decimal':
      return { type: `decimal(${type.precision},${type.scale})`, spelling: type.text ? 'text too' : null };
    case 'integer':
    case 'bigint':
    case 'double':
      return { type: type.kind, spelling: type.text ? 'text too' : null };
    case 'string':
    case 'date':
    case 'uuid':
    case 'json':
    case 'list':
    case 'struct':
    case 'map':
      return { type: type.kind, spelling: null };
    default:
      return type satisfies never;
  }
}

/** The contracts, with the released numbers of their fields. */
export function withReleasedIds(
  contracts: readonly Contract[],
  released: readonly Pick<ReleasedContract, 'name' | 'fieldIds'>[],
): readonly Contract[] {
  const ids = new Map(released.map(({ name, fieldIds }) => [name, fieldIds]));
  return contracts.map((contract) => {
    const fieldIds = ids.get(contract.name);
    return fieldIds === undefined ? contract : { ...contract, fieldIds };
  });
}
