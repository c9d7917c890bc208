import type { Context } from 'aws-lambda';
import { METRICS_NAMESPACE, transformMetrics } from '../../lib/derive/metrics.ts';
import type { Probe } from '../../lib/derive/probe.ts';
import type { Clock } from '../../lib/pipeline/ports.ts';
import { hourText } from '../../lib/pipeline/transform/hours.ts';
import { metricFields } from '../log-line.ts';
import { type TransformEvent, TransformFailedError, type TransformResult } from './handler.ts';
import type { ProbeInWarehouse } from './probed.ts';

/** What the schedule sends. */
export interface ScheduledTransform extends TransformEvent {
  /** Which of the schedule's times is meant, also when it is delivered late or twice: `2026-01-31T13:05:00Z`. */
  readonly scheduledTime: string;
  /** Sent by `weir verify`: after the run, the warehouse is searched for it. */
  readonly probe?: Probe;
}

/** @see probed.ts for `probe`: there when one was asked for and no model has failed. */
export interface ScheduledResult extends TransformResult {
  readonly probe?: ProbeInWarehouse;
}

interface ScheduledDeps {
  /** @param attempt names this run towards the warehouse. */
  readonly run: (attempt: string, event: ScheduledTransform, signal: AbortSignal) => Promise<ScheduledResult>;
  /** The last model may begin this long before the function's time is over. */
  readonly lastModelTakesMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Runs the models at a scheduled time, and tells of it in one line, which has the metrics too if it came to its end. It begins no model that
 * might not end within the function's time: the next run goes on. Models that failed are reported and counted, and no reason to
 * run again at once: they would fail again.
 * @throws what kept the run from being done at all.
 */
export function scheduled({ run, lastModelTakesMs, clock, log }: ScheduledDeps) {
  return async (
    event: ScheduledTransform,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<ScheduledResult> => {
    const startedMs = clock.now();
    const stopping = new AbortController();
    const timer = setTimeout(() => stopping.abort(), context.getRemainingTimeInMillis() - lastModelTakesMs);
    const about = { scheduledTime: event.scheduledTime, lookBackHours: event.lookBackHours };
    try {
      assertTime(event.scheduledTime);
      const result = await run(event.scheduledTime, event, stopping.signal).catch(resultOfFailure);
      const nowMs = clock.now();
      log({ ...outcome(result), ...about, durationMs: nowMs - startedMs, ...numbers(result, nowMs) });
      return result;
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      log({
        level: 'ERROR',
        message: 'the run ended early; what is published stays, and the next run goes on',
        ...about,
        found,
      });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** @throws when it is none: two runs of the same attempt are taken for one. */
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
  if (cutShort) return { level: 'WARN', message: 'stopped before the function’s time was over; the next run goes on' };
  return { level: 'INFO', message: 'transformed' };
}

/** Of the failures that a line names; all are counted. */
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
