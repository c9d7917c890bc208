/** The metrics that functions emit and alarms watch, each named only here. */

export const METRICS_NAMESPACE = 'Weir';

export interface Metric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
}

/** Dimension names. A metric is emitted without dimensions, and once for each dimension listed for it. */
export const STREAM = 'stream';
export const REASON = 'reason';

/** Metrics of an invocation of the sink. */
export const sinkMetrics = {
  records: { name: 'Records', unit: 'Count' },
  rows: { name: 'Rows', unit: 'Count' },
  objects: { name: 'Objects', unit: 'Count' },
  /** By stream too. */
  deadLetters: { name: 'DeadLetters', unit: 'Count' },
  /** From the Kafka timestamp of a batch's newest record until it is a row; by stream too. */
  newestAge: { name: 'NewestRowAge', unit: 'Milliseconds' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Dead letters of one invocation, by reason. */
export const deadLetterMetrics = {
  byReason: { name: 'DeadLettersByReason', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of an invocation of the refinements. */
export const refineMetrics = {
  records: { name: 'RefinedRecords', unit: 'Count' },
  /** Events appended to the refined topics. */
  events: { name: 'RefinedEvents', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of an invocation of the meter. */
export const meterMetrics = {
  records: { name: 'CountedRecords', unit: 'Count' },
  /** The records among them that live metrics count. */
  events: { name: 'CountedEvents', unit: 'Count' },
  /** Atomic changes of the store. */
  steps: { name: 'MeterSteps', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of a run that counts live metrics from the lake. */
export const recountMetrics = {
  recounted: { name: 'RecountedOffsets', unit: 'Count' },
  /** Offsets still to be counted: the lake does not have them, or not yet. */
  uncounted: { name: 'UncountedOffsets', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of a request that sends events. */
export const ingestMetrics = {
  accepted: { name: 'IngestedEvents', unit: 'Count' },
  refused: { name: 'RefusedEvents', unit: 'Count' },
  /** Events sent but not acknowledged by the brokers. */
  unacknowledged: { name: 'UnacknowledgedEvents', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of a run of the transform. */
export const transformMetrics = {
  /** Hours of models that were not published. A failed run emits none: Lambda counts its error. */
  failures: { name: 'TransformFailures', unit: 'Count' },
  /** The hours among them that a data test rejected. */
  testFailures: { name: 'DataTestFailures', unit: 'Count' },
  /** Time since the end of the oldest hour that the run checked and left unpublished; 0 if there is none. */
  lateness: { name: 'TransformLateness', unit: 'Seconds' },
} as const satisfies Readonly<Record<string, Metric>>;
