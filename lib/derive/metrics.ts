/** The metrics that functions emit and alarms watch, each named once. */

export const METRICS_NAMESPACE = 'Weir';

/** What an invocation of the sink tells about each stream. */
export const sinkMetrics = {
  records: { name: 'Records', unit: 'Count' },
  rows: { name: 'Rows', unit: 'Count' },
  deadLetters: { name: 'DeadLetters', unit: 'Count' },
  objects: { name: 'Objects', unit: 'Count' },
  /** From the Kafka timestamp of the newest record of a batch to the moment when it is a row. */
  newestAge: { name: 'NewestRowAge', unit: 'Milliseconds' },
} as const;

/** Dimensions, as they are spelled in every metric. */
export const STREAM = 'stream';
export const REASON = 'reason';

/** What an invocation of the transform tells. */
export const transformMetrics = {
  failures: { name: 'TransformFailures', unit: 'Count' },
  testFailures: { name: 'DataTestFailures', unit: 'Count' },
  /** From the end of the newest hour that is published to now. */
  lateness: { name: 'TransformLateness', unit: 'Seconds' },
} as const;
