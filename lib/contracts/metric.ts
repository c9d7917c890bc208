/** Live metrics: figures that are kept up to date while a stream's events arrive. */
import type { Fields, FieldType } from './contract.ts';

type Kind = FieldType['kind'];

/** Kinds that events can be grouped by: two values are equal exactly if their texts are equal. */
export const groupKinds = ['string', 'uuid', 'date', 'integer', 'bigint', 'boolean'] as const satisfies readonly Kind[];
/** Kinds that can be summed exactly in any order, which excludes doubles. */
export const sumKinds = ['integer', 'bigint', 'decimal'] as const satisfies readonly Kind[];
/** Kinds that have a minimum and a maximum. */
export const orderKinds = ['integer', 'bigint', 'decimal', 'double', 'timestamp'] as const satisfies readonly Kind[];
/** Fields inside a struct are JSON text in the lake, which holds these as exactly as the event does. */
export const nestedKinds = ['string', 'integer', 'bigint', 'decimal'] as const satisfies readonly Kind[];

type OfKind<K extends Kind> = { readonly type: { readonly kind: K } };
type Inner<K extends Kind> = Extract<K, (typeof nestedKinds)[number]>;

/** The names of fields of these kinds; those inside structs are dotted: `min_offer.price`. */
type Path<S extends Fields, K extends Kind> = {
  [N in keyof S & string]: S[N] extends OfKind<K>
    ? N
    : S[N] extends { readonly type: { readonly kind: 'struct'; readonly fields: infer I extends Fields } }
      ? `${N}.${Path<I, Inner<K>>}`
      : never;
}[keyof S & string];

/** Tumbling windows of event time: `[start, start + seconds)`, where `start` is a multiple of `seconds` since 1970. */
interface MetricWindow {
  readonly seconds: number;
  /** A deployment may set another length for all such windows (`WEIR_WINDOW_SECONDS`). */
  readonly settable?: true;
}

/**
 * Figures of each group of events, for all time or by window: how many there were, and sums, minima and maxima of
 * fields. Partial results of any two sets of events merge to the result of their union.
 */
export interface Metric<
  Group extends string = string,
  Amount extends string = string,
  Ordered extends string = string,
> {
  readonly description: string;
  /** What is counted, such as `searches`. Sums, minima and maxima have their field's unit. */
  readonly unit?: string;
  /** Null is a group, too. Without fields, all events are one group. */
  readonly by: readonly Group[];
  readonly count?: true;
  readonly sum?: readonly Amount[];
  readonly min?: readonly Ordered[];
  readonly max?: readonly Ordered[];
  readonly window?: MetricWindow;
}

/** Metrics by name. Names are permanent, and unique across all streams. */
export type Metrics = { readonly [name: string]: Metric };

/** Metrics over the fields of one contract: a metric over an unknown field does not compile. */
export type MetricsOf<S extends Fields> = {
  readonly [name: string]: Metric<
    Path<S, (typeof groupKinds)[number]>,
    Path<S, (typeof sumKinds)[number]>,
    Path<S, (typeof orderKinds)[number]>
  >;
};
