/**
 * The language in which a stream is declared. A contract states facts about events and nothing about storage engines:
 * everything else (JSON Schema, tables, topics, documents) is derived from it in `lib/derive`.
 */
import { checkContract } from './check-contract.ts';
import type { Metrics, MetricsOf } from './metric.ts';

/** Every type a field may have. A new type does not compile until each derivation handles it. */
export type FieldType =
  /** At most `maxLength` characters (code points), and never more than `MAX_TEXT_BYTES`. */
  | { readonly kind: 'string'; readonly maxLength: number | null }
  /** 32 bits, signed. `text: true` also takes numbers as strings, here and below: `"758.69"`. */
  | { readonly kind: 'integer'; readonly text?: true }
  /** 64 bits, signed; as JSON numbers at most ±(2^53 − 1), because many producers keep those as doubles. */
  | { readonly kind: 'bigint'; readonly text?: true }
  | { readonly kind: 'double'; readonly text?: true }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number; readonly text?: true }
  /** `text: true` also takes the strings `"true"` and `"false"`. */
  | { readonly kind: 'boolean'; readonly text: boolean }
  /** UTC, microseconds. The wire has text, or counts from 1970, with or without a fraction. */
  | { readonly kind: 'timestamp'; readonly wire: 'text' | 'epochSeconds' | 'epochMillis' | 'epochMicros' }
  /** A day: `2026-01-31`. */
  | { readonly kind: 'date' }
  /** Lower-case text: `0190a5f2-6b7c-7cc3-98c4-dc0c0c07398f`. */
  | { readonly kind: 'uuid' }
  /** Any JSON, kept as the original text; inside a nested field, as part of that field’s canonical JSON. */
  | { readonly kind: 'json' }
  | { readonly kind: 'list'; readonly of: Field }
  | { readonly kind: 'struct'; readonly fields: Fields }
  /** Names to values; the order of the names is the document's. */
  | { readonly kind: 'map'; readonly of: Field };

/** A named rule about one value, beyond its type. `oneOf` is for strings, the others for numbers. */
export interface ValueRule {
  readonly name: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly string[];
}

export interface Field<T extends FieldType = FieldType, N extends boolean = boolean> {
  readonly type: T;
  /** May be null or absent on the wire. */
  readonly nullable: N;
  readonly description: string;
  readonly unit?: string;
  /** Personal data: never in a log line, and not granted to a warehouse's readers unless the deployment says so. */
  readonly personal: boolean;
  /**
   * Only its last four characters may be written anywhere; the others become `*` before Kafka and again in the sink.
   */
  readonly masked: boolean;
  readonly rule?: ValueRule;
  /** Its name on the wire, if different: `@timestamp`. The column is named after the field. */
  readonly wire?: string;
}

export type Fields = { readonly [name: string]: Field };

interface FieldOptions<N extends boolean> {
  readonly nullable?: N;
  readonly unit?: string;
  readonly personal?: boolean;
  readonly rule?: ValueRule;
  readonly wire?: string;
}

interface StringOptions<N extends boolean> extends FieldOptions<N> {
  readonly masked?: boolean;
  /** The maximum length in characters (code points). */
  readonly maxLength?: number;
}

/** A conditional type, so that `N` is inferred from the declaration and never from the expected type. */
type Nullable<N> = N extends true ? true : false;

function field<T extends FieldType, N extends boolean>(
  type: T,
  description: string,
  options: (FieldOptions<N> & { readonly masked?: boolean }) | undefined,
): Field<T, Nullable<N>> {
  const defaults = { nullable: false, personal: false, masked: false };
  return { type, description, ...defaults, ...options } as Field<T, Nullable<N>>;
}

const scalar =
  <T extends FieldType>(type: T) =>
  <const N extends boolean = false>(description: string, options?: FieldOptions<N>) =>
    field(type, description, options);

export const string = <const N extends boolean = false>(description: string, options: StringOptions<N> = {}) => {
  const { maxLength = null, ...others } = options;
  return field({ kind: 'string', maxLength } as const, description, others as StringOptions<N>);
};

export const integer = scalar({ kind: 'integer' } as const);
export const bigint = scalar({ kind: 'bigint' } as const);
export const double = scalar({ kind: 'double' } as const);
/** Numbers that some producers send as strings. */
export const integerOrText = scalar({ kind: 'integer', text: true } as const);
/** A bigint that may be a string with all of its 64 bits, exactly. */
export const bigintOrText = scalar({ kind: 'bigint', text: true } as const);
export const doubleOrText = scalar({ kind: 'double', text: true } as const);
export const boolean = scalar({ kind: 'boolean', text: false } as const);
/** A boolean that some producers send as the strings `"true"` and `"false"`. */
export const booleanOrText = scalar({ kind: 'boolean', text: true } as const);
export const timestamp = scalar({ kind: 'timestamp', wire: 'text' } as const);
/** A timestamp that is seconds since 1970 on the wire. */
export const epochSeconds = scalar({ kind: 'timestamp', wire: 'epochSeconds' } as const);
/** A timestamp that is milliseconds since 1970 on the wire. */
export const epochMillis = scalar({ kind: 'timestamp', wire: 'epochMillis' } as const);
/** A timestamp that is microseconds since 1970 on the wire. */
export const epochMicros = scalar({ kind: 'timestamp', wire: 'epochMicros' } as const);
/** A day without a time, `2026-01-31`. */
export const date = scalar({ kind: 'date' } as const);
/** A UUID in its usual text form, of either case. */
export const uuid = scalar({ kind: 'uuid' } as const);
/** Any JSON, kept as the original text. */
export const json = scalar({ kind: 'json' } as const);
/** Money: twelve digits, two of them after the point. */
export const money = scalar({ kind: 'decimal', precision: 12, scale: 2 } as const);
export const moneyOrText = scalar({ kind: 'decimal', precision: 12, scale: 2, text: true } as const);

export const decimal = <const N extends boolean = false>(
  precision: number,
  scale: number,
  description: string,
  options?: FieldOptions<N>,
) => field({ kind: 'decimal', precision, scale } as const, description, options);

/** A decimal that some producers send as a string. */
export const decimalOrText = <const N extends boolean = false>(
  precision: number,
  scale: number,
  description: string,
  options?: FieldOptions<N>,
) => field({ kind: 'decimal', precision, scale, text: true } as const, description, options);

export const list = <const F extends Field, const N extends boolean = false>(
  of: F,
  description: string,
  options?: FieldOptions<N>,
) => field({ kind: 'list', of } as const, description, options);

export const struct = <const S extends Fields, const N extends boolean = false>(
  fields: S,
  description: string,
  options?: FieldOptions<N>,
) => field({ kind: 'struct', fields } as const, description, options);

export const map = <const F extends Field, const N extends boolean = false>(
  of: F,
  description: string,
  options?: FieldOptions<N>,
) => field({ kind: 'map', of } as const, description, options);

/**
 * The value of a field in a validated event. Decimals, and bigints that may be text, are exact text (`'192.30'`);
 * timestamps are canonical UTC text (`'2026-01-31 13:00:00.123456'`, which sorts chronologically); maps keep the
 * document's order; JSON is its text.
 */
type ValueOf<F extends Field> =
  F extends Field<infer T, infer N> ? TypeValue<T> | (N extends true ? null : never) : never;

type TypeValue<T extends FieldType> = T extends
  | { kind: 'string' | 'decimal' | 'timestamp' | 'date' | 'uuid' | 'json' }
  | { kind: 'bigint'; text: true }
  ? string
  : T extends { kind: 'integer' | 'bigint' | 'double' }
    ? number
    : T extends { kind: 'boolean' }
      ? boolean
      : T extends { kind: 'list'; of: infer F extends Field }
        ? readonly ValueOf<F>[]
        : T extends { kind: 'map'; of: infer F extends Field }
          ? ReadonlyMap<string, ValueOf<F>>
          : T extends { kind: 'struct'; fields: infer S extends Fields }
            ? EventOf<S>
            : never;

/** A validated event: the contract's field names, each with the value that `ValueOf` describes. */
export type EventOf<S extends Fields> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A named rule over several fields. `path` is the field that a dead letter names. */
interface EventRule<S extends Fields = Fields> {
  readonly name: string;
  readonly path: keyof S & string;
  holds(event: EventOf<S>): boolean;
}

type TimestampName<S extends Fields> = {
  [K in keyof S]: S[K] extends Field<Extract<FieldType, { readonly kind: 'timestamp' }>, false> ? K : never;
}[keyof S] &
  string;

/** An event time that no single field holds, such as the newest of a list. Returns a timestamp as text. */
interface ComputedEventTime<S extends Fields> {
  readonly description: string;
  of(event: EventOf<S>): string;
}

/** The event time is the record's Kafka timestamp: for events without a timestamp field. */
export const kafkaTimestamp = { kafkaTimestamp: true } as const;

/**
 * The permanent numbers of all fields, nested ones included, that a contract has ever had, by path and type, such as
 * `price decimal(12,2)`.
 */
export type FieldIds = Readonly<Record<string, number>>;

export interface Contract<S extends Fields = Fields> {
  /** Also the topic's default name. Permanent. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly owner: string;
  readonly fields: S;
  /** The field whose text is the key of the Kafka record, or null for no key. */
  readonly key: string | null;
  /** A timestamp field that is never null, a computation, or the Kafka timestamp. */
  readonly eventTime: string | ComputedEventTime<S> | typeof kafkaTimestamp;
  /** What identifies an event: a field, or its position in the log. */
  readonly identity: string;
  readonly kafkaPartitions: number;
  readonly retentionHours: number;
  /** How late, by event time, live windows still count an event. The lake keeps every event. */
  readonly allowedLatenessSeconds: number;
  readonly rules: readonly EventRule<S>[];
  /** The stream's live metrics. */
  readonly metrics: Metrics;
  /** The stream that this one is refined from: its records carry the source's position in headers. */
  readonly refinedFrom: string | null;
  /** The numbers of its released fields, from the project's released contracts. New fields get the next numbers. */
  readonly fieldIds?: FieldIds;
  /** Additional `database.table` names under which the catalogue registers the same location. */
  readonly alsoKnownAs: readonly string[];
}

/** A declaration, with names checked by the compiler: a key that is not a field does not compile. */
type Declaration<S extends Fields> = Pick<Contract<S>, 'name' | 'version' | 'description' | 'owner' | 'fields'> &
  Partial<Omit<Contract<S>, 'fieldIds' | 'key' | 'eventTime' | 'identity' | 'metrics'>> & {
    readonly key: (keyof S & string) | null;
    readonly eventTime: TimestampName<S> | ComputedEventTime<S> | typeof kafkaTimestamp;
    readonly identity: (keyof S & string) | 'position';
    readonly metrics?: MetricsOf<S>;
  };

/**
 * A contract with its defaults: one kafka partition, a week of retention, two minutes of lateness.
 * @throws ContractError for what the types cannot check, naming the stream, what was expected and what was found.
 */
export function contract<const S extends Fields>(declared: Declaration<S>): Contract<S> {
  const complete: Contract<S> = {
    kafkaPartitions: 1,
    retentionHours: 168,
    allowedLatenessSeconds: 120,
    rules: [],
    metrics: {},
    refinedFrom: null,
    alsoKnownAs: [],
    ...declared,
  };
  checkContract(complete);
  return complete;
}
