/** The figures that may be asked of a stream while its events come in. */
import type { Fields, FieldType } from './contract.ts';

type Kind = FieldType['kind'];

/** What events can be grouped by: values that are equal exactly where their texts are. */
export const groupKinds = ['string', 'uuid', 'date', 'integer', 'bigint', 'boolean'] as const satisfies readonly Kind[];
/** What can be summed exactly, in any order: doubles cannot. */
export const sumKinds = ['integer', 'bigint', 'decimal'] as const satisfies readonly Kind[];
/** What has a smallest and a greatest value. */
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
 * Figures of each group of events, for all time or by window: how many there were, and sums, minima and maxima of fields.
 * Partial results of any two sets of events merge to the result of their union.
 */
export interface Metric<
  Group extends string = string,
  Amount extends string = string,
  Ordered extends string = string,
> {
  readonly description: string;
  /** What is counted, such as `searches`. Sums, minima and maxima have their field's unit. */
  readonly unit?: string;
  /** A null value is a group, too. No fields make one group of all events. */
  readonly by: readonly Group[];
  readonly count?: true;
  readonly sum?: readonly Amount[];
  readonly min?: readonly Ordered[];
  readonly max?: readonly Ordered[];
  readonly window?: MetricWindow;
}

/** Metrics by name; a name is permanent, and no other stream's metric may have it. */
export type Metrics = { readonly [name: string]: Metric };

/** Metrics over the fields of one contract: one over a field that is not there does not compile. */
export type MetricsOf<S extends Fields> = {
  readonly [name: string]: Metric<
    Path<S, (typeof groupKinds)[number]>,
    Path<S, (typeof sumKinds)[number]>,
    Path<S, (typeof orderKinds)[number]>
  >;
};
