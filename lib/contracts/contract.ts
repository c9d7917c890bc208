/**
 * The language in which a stream is declared. A contract states facts about events and nothing about storage engines:
 * everything else (JSON Schema, tables, topics, documents) is derived from it in `lib/derive`.
 */
import { checkContract } from './check-contract.ts';
import type { Metrics, MetricsOf } from './metric.ts';

/** Every type a field may have. Adding one fails to compile in each derivation until it answers. */
export type FieldType =
  /** At most `maxLength` characters (code points), and never more than `MAX_TEXT_BYTES`. */
  | { readonly kind: 'string'; readonly maxLength: number | null }
  /** 32 bits, signed. */
  | { readonly kind: 'integer' }
  /** 64 bits, signed; on the wire at most ±(2^53 − 1), because JSON numbers are doubles. */
  | { readonly kind: 'bigint' }
  | { readonly kind: 'double' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** `text: true` also takes the strings `"true"` and `"false"`. */
  | { readonly kind: 'boolean'; readonly text: boolean }
  /** UTC, microseconds. `epochSeconds` says that the wire has seconds since 1970, an integer or a fraction. */
  | { readonly kind: 'timestamp'; readonly wire: 'text' | 'epochSeconds' }
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
  /** Personal data: never in a log line. */
  readonly personal: boolean;
  /** Only its last four characters may be written anywhere: the others become `*` before Kafka and again in the sink. */
  readonly masked: boolean;
  readonly rule?: ValueRule;
}

export type Fields = { readonly [name: string]: Field };

interface FieldOptions<N extends boolean> {
  readonly nullable?: N;
  readonly unit?: string;
  readonly personal?: boolean;
  readonly rule?: ValueRule;
}

interface StringOptions<N extends boolean> extends FieldOptions<N> {
  readonly masked?: boolean;
  /** The most characters (code points) that it may have. */
  readonly maxLength?: number;
}

/** Spelled as a condition, so that it is inferred from what is declared and never from what is expected. */
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
export const boolean = scalar({ kind: 'boolean', text: false } as const);
/** A boolean that some producers send as the strings `"true"` and `"false"`. */
export const booleanOrText = scalar({ kind: 'boolean', text: true } as const);
export const timestamp = scalar({ kind: 'timestamp', wire: 'text' } as const);
/** A timestamp that the wire has as seconds since 1970. */
export const epochSeconds = scalar({ kind: 'timestamp', wire: 'epochSeconds' } as const);
/** Money: twelve digits, two of them after the point. */
export const money = scalar({ kind: 'decimal', precision: 12, scale: 2 } as const);

export const decimal = <const N extends boolean = false>(
  precision: number,
  scale: number,
  description: string,
  options?: FieldOptions<N>,
) => field({ kind: 'decimal', precision, scale } as const, description, options);

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
 * What a field's value is once it has been read. Decimals are exact text (`'192.30'`), timestamps canonical UTC text
 * (`'2026-01-31 13:00:00.123456'`, which sorts as it happened), maps keep the document's order.
 */
type ValueOf<F extends Field> =
  F extends Field<infer T, infer N> ? TypeValue<T> | (N extends true ? null : never) : never;

type TypeValue<T extends FieldType> = T extends { kind: 'string' | 'decimal' | 'timestamp' }
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

/** A validated event: the wire's field names, each with the value that `ValueOf` describes. */
export type EventOf<S extends Fields> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A named rule over several fields. `path` is the field that a dead letter names. */
interface EventRule<S extends Fields = Fields> {
  readonly name: string;
  readonly path: keyof S & string;
  holds(event: EventOf<S>): boolean;
}

type TimestampName<S extends Fields> = {
  [K in keyof S]: S[K] extends Field<{ readonly kind: 'timestamp'; readonly wire: 'text' | 'epochSeconds' }, false>
    ? K
    : never;
}[keyof S] &
  string;

/** Event time that no single field holds, such as the newest of a list. Yields canonical timestamp text. */
interface ComputedEventTime<S extends Fields> {
  readonly description: string;
  of(event: EventOf<S>): string;
}

export interface Contract<S extends Fields = Fields> {
  /** Also the topic's default name. Permanent. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly owner: string;
  readonly fields: S;
  /** The field whose text keys the Kafka record, or null for none. */
  readonly key: string | null;
  /** A timestamp field that is never null, or a computation. */
  readonly eventTime: string | ComputedEventTime<S>;
  /** What makes an event the same event again: a field, or its position in the log. */
  readonly identity: string;
  readonly kafkaPartitions: number;
  readonly retentionHours: number;
  /** How late, by event time, live windows still take an event. The lake takes every one. */
  readonly allowedLatenessSeconds: number;
  readonly rules: readonly EventRule<S>[];
  /** Live figures that may be asked of the stream. */
  readonly metrics: Metrics;
  /** The stream that this one is refined from: its records carry the source's position in headers. */
  readonly refinedFrom: string | null;
  /** Further `database.table` names under which the catalogue shows the same location. */
  readonly alsoKnownAs: readonly string[];
}

/** What a declaration must say, with the names checked: a key that is not a field does not compile. */
type Declaration<S extends Fields> = Pick<Contract<S>, 'name' | 'version' | 'description' | 'owner' | 'fields'> &
  Partial<Omit<Contract<S>, 'key' | 'eventTime' | 'identity' | 'metrics'>> & {
    readonly key: (keyof S & string) | null;
    readonly eventTime: TimestampName<S> | ComputedEventTime<S>;
    readonly identity: (keyof S & string) | 'position';
    readonly metrics?: MetricsOf<S>;
  };

/**
 * A contract with its defaults: one kafka partition, a week of retention, two minutes of lateness.
 * @throws ContractError for what the types cannot say, naming the stream, what was expected and what was found.
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
