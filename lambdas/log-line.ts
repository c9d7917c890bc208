import type { Metric } from '../lib/derive/metrics.ts';

/** The log of a function: one JSON object per line. */

/** Bypasses the runtime's logger, which would wrap the line and so hide its metrics from CloudWatch. */
export function logLine(fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(fields)}\n`);
}

/** A problem that an operator should know about and the function tolerates. */
export function warn(message: string): void {
  logLine({ level: 'WARN', message });
}

/** Logs the cause of a failed request, which the response does not reveal. */
export function logError(error: unknown): void {
  logLine({
    level: 'ERROR',
    message: 'a request failed',
    found: error instanceof Error ? error.message : String(error),
  });
}

interface Metrics<Names extends string> {
  readonly namespace: string;
  readonly declared: Readonly<Record<Names, Metric>>;
  readonly values: Readonly<Partial<Record<Names, number>>>;
  readonly dimensions: Readonly<Record<string, string>>;
  /** The dimension by which a metric is counted, in addition to its total. Metrics not listed have only a total. */
  readonly countedBy?: Readonly<Partial<Record<Names, string>>>;
  readonly nowMs: number;
}

/**
 * Fields that CloudWatch extracts from a log line as metrics, without a request.
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricFields<Names extends string>(metrics: Metrics<Names>): Readonly<Record<string, unknown>> {
  const { namespace, declared, values, dimensions, countedBy = {}, nowMs } = metrics;
  const given = Object.entries<Metric>(declared).filter(([key]) => values[key as Names] !== undefined);
  const directive = (counted: readonly (readonly [string, Metric])[], by: readonly string[]) => ({
    Namespace: namespace,
    Dimensions: [by],
    Metrics: counted.map(([, { name, unit }]) => ({ Name: name, Unit: unit })),
  });
  const perDimension = Object.keys(dimensions).map((dimension) => {
    const counted = given.filter(([key]) => (countedBy as Readonly<Record<string, string>>)[key] === dimension);
    return directive(counted, [dimension]);
  });
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [directive(given, []), ...perDimension].filter(({ Metrics }) => Metrics.length > 0),
    },
    ...dimensions,
    ...Object.fromEntries(given.map(([key, { name }]) => [name, values[key as Names]])),
  };
}
