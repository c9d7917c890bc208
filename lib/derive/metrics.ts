/** The metrics that functions emit and alarms watch, each named once. */

export const METRICS_NAMESPACE = 'Weir';

export interface Metric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
}

/** Dimension names. A metric is emitted without dimensions, and by each dimension that is named for it. */
export const STREAM = 'stream';
export const REASON = 'reason';

/** Metrics of an invocation of the sink. */
export const sinkMetrics = {
  records: { name: 'Records', unit: 'Count' },
  rows: { name: 'Rows', unit: 'Count' },
  objects: { name: 'Objects', unit: 'Count' },
  /** By stream too. */
  deadLetters: { name: 'DeadLetters', unit: 'Count' },
  /** From the Kafka timestamp of the newest record of a batch to the moment when it is a row; by stream too. */
  newestAge: { name: 'NewestRowAge', unit: 'Milliseconds' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Dead letters of one invocation, by reason. */
export const deadLetterMetrics = {
  byReason: { name: 'DeadLettersByReason', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of an invocation of the refinements. */
export const refineMetrics = {
  records: { name: 'RefinedRecords', unit: 'Count' },
  /** Appended to the refined topics. */
  events: { name: 'RefinedEvents', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of an invocation of the meter. */
export const meterMetrics = {
  records: { name: 'CountedRecords', unit: 'Count' },
  /** Those of them that live metrics count. */
  events: { name: 'CountedEvents', unit: 'Count' },
  /** Atomic changes of the store. */
  steps: { name: 'MeterSteps', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** What a run tells that counts live metrics from the lake. */
export const recountMetrics = {
  recounted: { name: 'RecountedOffsets', unit: 'Count' },
  /** Still to be counted: the lake does not have them, or not yet. */
  uncounted: { name: 'UncountedOffsets', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of a request that sends events. */
export const ingestMetrics = {
  accepted: { name: 'IngestedEvents', unit: 'Count' },
  refused: { name: 'RefusedEvents', unit: 'Count' },
  /** Sent, and not acknowledged by the brokers. */
  unacknowledged: { name: 'UnacknowledgedEvents', unit: 'Count' },
} as const satisfies Readonly<Record<string, Metric>>;

/** Metrics of a run of the transform. */
export const transformMetrics = {
  /** Hours of models that were not published. A run that fails emits none: Lambda counts its error. */
  failures: { name: 'TransformFailures', unit: 'Count' },
  /** Those of them that a data test refused. */
  testFailures: { name: 'DataTestFailures', unit: 'Count' },
  /** Time since the end of the oldest hour that the run checked and left unpublished; 0 if there is none. */
  lateness: { name: 'TransformLateness', unit: 'Seconds' },
} as const satisfies Readonly<Record<string, Metric>>;
