import type { Context } from 'aws-lambda';
import { METRICS_NAMESPACE, transformMetrics } from '../../lib/derive/metrics.ts';
import type { Probe } from '../../lib/derive/probe.ts';
import type { Clock } from '../../lib/pipeline/ports.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';
import { metricFields } from '../log-line.ts';
import { type TransformEvent, TransformFailedError, type TransformResult } from './handler.ts';
import type { ProbeInWarehouse } from './probed.ts';

/** The event of the schedule. */
export interface ScheduledTransform extends TransformEvent {
  /** The scheduled time, even if the event is delivered late or twice: `2026-01-31T13:05:00Z`. */
  readonly scheduledTime: string;
  /** Sent by `weir verify`: after the run, the warehouse is searched for it. */
  readonly probe?: Probe;
}

/** @see probed.ts for `probe`: present if one was requested and no model has failed. */
export interface ScheduledResult extends TransformResult {
  readonly probe?: ProbeInWarehouse;
}

interface ScheduledDeps {
  /** @param attempt identifies this run in the warehouse. */
  readonly run: (attempt: string, event: ScheduledTransform, signal: AbortSignal) => Promise<ScheduledResult>;
  /** No model starts later than this before the function's time-out. */
  readonly lastModelTakesMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Runs the models at a scheduled time, and logs the run in one line, which includes the metrics if it completed. It
 * starts no model that might exceed the function's time-out; the next run continues. Failed models are reported and
 * counted, but not retried at once, because they would fail again.
 * @throws errors that prevented the whole run.
 */
export function scheduled({ run, lastModelTakesMs, clock, log }: ScheduledDeps) {
  return async (
    event: ScheduledTransform,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<ScheduledResult> => {
    const startedMs = clock.now();
    const stopping = new AbortController();
    const timer = setTimeout(() => stopping.abort(), context.getRemainingTimeInMillis() - lastModelTakesMs);
    const { scheduledTime, lookBackHours, model } = event;
    const about = { scheduledTime, lookBackHours, ...(model !== undefined && { model }) };
    try {
      assertTime(scheduledTime);
      const result = await run(scheduledTime, event, stopping.signal).catch(resultOfFailure);
      const nowMs = clock.now();
      log({ ...outcome(result), ...about, durationMs: nowMs - startedMs, ...numbers(result, nowMs) });
      return result;
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      log({
        level: 'ERROR',
        message: 'the run ended early; what is published stays, and the next run continues',
        ...about,
        found,
      });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** @throws if it is not a time: two runs of the same attempt would count as one. */
function assertTime(scheduledTime: unknown): void {
  if (typeof scheduledTime === 'string' && Number.isFinite(Date.parse(scheduledTime))) return;
  throw new Error(
    `scheduledTime: expected a time such as 2026-01-31T13:05:00Z, found ${JSON.stringify(scheduledTime) ?? 'nothing'}`,
  );
}

function resultOfFailure(error: unknown): TransformResult {
  if (error instanceof TransformFailedError) return error.result;
  throw error;
}

function outcome({ failures, cutShort }: TransformResult) {
  if (failures.length > 0) {
    return { level: 'ERROR', message: 'models failed; what they published stays, and the next run tries again' };
  }
  if (cutShort)
    return { level: 'WARN', message: 'stopped before the function’s time was over; the next run continues' };
  return { level: 'INFO', message: 'transformed' };
}

/** The maximum number of failures that a line names; all are counted. */
const MAX_NAMED = 20;

function numbers({ failures, lateSeconds, ...counts }: TransformResult, nowMs: number) {
  const testFailures = failures.filter(({ brokenTest }) => brokenTest !== null).length;
  const named = failures.slice(0, MAX_NAMED).map(({ hour, ...failure }) => ({ ...failure, hour: hourText(hour) }));
  return {
    ...counts,
    ...(named.length === 0 ? {} : { failures: named }),
    ...metricFields({
      namespace: METRICS_NAMESPACE,
      declared: transformMetrics,
      values: { failures: failures.length, testFailures, lateness: lateSeconds },
      dimensions: {},
      nowMs,
    }),
  };
}
