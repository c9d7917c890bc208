import { lastHours, startMs } from '../../lib/pipeline/transform/hours.ts';
import { hoursDue } from '../../lib/pipeline/transform/hours-due.ts';
import { readersOf } from '../../lib/pipeline/transform/model-graph.ts';
import {
  type TransformCounts,
  type TransformDeps,
  type TransformRequest,
  transform,
} from '../../lib/pipeline/transform/transform.ts';

/** The request of the schedule. */
export interface TransformEvent {
  /** The number of hours to check, including the open one; `all` is every hour that may have changed. */
  readonly lookBackHours: number | 'all';
  /**
   * Runs this model and those that read it again in these hours, published or not; what they read runs only where it
   * has changed. By default all models run, where something has changed.
   */
  readonly model?: string;
}

export interface TransformResult extends TransformCounts {
  /** Whether it was cut short. What is published stays; the next run continues. */
  readonly cutShort: boolean;
  /** Time since the end of the oldest checked hour that is not fully published; 0 if there is none. */
  readonly lateSeconds: number;
}

/** Models were not published. Their previous content is unchanged, and the next run retries them. */
export class TransformFailedError extends Error {
  override readonly name = 'TransformFailedError';
  readonly result: TransformResult;

  constructor(result: TransformResult) {
    super(result.failures.map(({ message }) => message).join('; '));
    this.result = result;
  }
}

/**
 * Refreshes the models for the hours whose lake version has changed. Runs of one handler are serial; the warehouse also
 * serialises runs of several handlers. It releases the warehouse at the end. An aborted `signal` ends the run before
 * the next model.
 * @throws TransformFailedError naming each model that failed, after all others have run; an error for an event without
 * a valid number of hours.
 */
export function createHandler(
  deps: TransformDeps,
): (event: TransformEvent, signal?: AbortSignal) => Promise<TransformResult> {
  let last: Promise<unknown> = Promise.resolve();
  const run = async ({ lookBackHours, model }: TransformEvent, signal?: AbortSignal): Promise<TransformResult> => {
    assertHours(lookBackHours);
    try {
      const due =
        lookBackHours === 'all' ? await hoursDue(deps) : { hours: lastHours(deps.clock.now(), lookBackHours) };
      // The other models have not been checked, so nothing is noted.
      const request =
        model === undefined ? due : { hours: due.hours, models: [model, ...readersOf(deps.graph, model)], again: true };
      const result = await runHours(deps, request, signal);
      if (result.failures.length === 0) return result;
      throw new TransformFailedError(result);
    } finally {
      await deps.warehouse.close();
    }
  };
  return (event, signal) => {
    const next = last.then(() => run(event, signal));
    last = next.catch(() => undefined);
    return next;
  };
}

const MAX_HOURS = 10_000;

function assertHours(lookBackHours: unknown): void {
  if (lookBackHours === 'all') return;
  if (Number.isInteger(lookBackHours) && Number(lookBackHours) >= 1 && Number(lookBackHours) <= MAX_HOURS) return;
  throw new Error(
    `lookBackHours: expected a whole number from 1 to ${MAX_HOURS}, or "all", found ${JSON.stringify(lookBackHours) ?? 'nothing'}`,
  );
}

type HandledRequest = Pick<TransformRequest, 'hours' | 'note' | 'models' | 'again'>;

async function runHours(
  deps: TransformDeps,
  { hours, ...due }: HandledRequest,
  signal: AbortSignal | undefined,
): Promise<TransformResult> {
  let gone = 0;
  const counts = await transform(deps, {
    hours,
    ...due,
    ...(signal === undefined ? {} : { signal }),
    // An hour during which the signal was aborted may be incomplete.
    onProgress: ({ done }) => {
      if (!signal?.aborted) gone = done;
    },
  });
  const left = [...counts.failures.map(({ hour }) => hour), ...hours.slice(gone)];
  const oldestEndMs = Math.min(...left.map((hour) => startMs(hour) + HOUR_MS));
  const lateSeconds = left.length === 0 ? 0 : Math.max(0, Math.round((deps.clock.now() - oldestEndMs) / 1000));
  return { ...counts, cutShort: gone < hours.length, lateSeconds };
}

const HOUR_MS = 3_600_000;
