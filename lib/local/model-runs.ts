import { type TransformEvent, TransformFailedError, type TransformResult } from '../../lambdas/transform/handler.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { ModelGraph } from '../pipeline/transform/model-graph.ts';

/** What the health rules need of a run that came to its end, whether or not models failed in it. */
export type LastRun = Pick<TransformResult, 'failures' | 'lateSeconds'>;

/** The runs of a pipeline's models, one after the other. */
export interface ModelRuns {
  readonly graph: ModelGraph;
  /** Runs after those that are waiting. @throws TransformFailedError, as the handler does */
  run(event: TransformEvent): Promise<TransformResult>;
  /** When the models began to run, in milliseconds; null while none run. */
  runningSinceMs(): number | null;
  /** The last run of all models; null before the first. */
  last(): LastRun | null;
}

/** @param transform runs one event after the other */
export function modelRuns(
  graph: ModelGraph,
  transform: (event: TransformEvent) => Promise<TransformResult>,
  clock: Pick<Clock, 'now'>,
): ModelRuns {
  let unfinished = 0;
  let sinceMs: number | null = null;
  let last: LastRun | null = null;
  return {
    graph,
    async run(event) {
      unfinished++;
      sinceMs ??= clock.now();
      try {
        const result = await transform(event);
        if (event.model === undefined) last = result;
        return result;
      } catch (error) {
        if (error instanceof TransformFailedError && event.model === undefined) last = error.result;
        throw error;
      } finally {
        unfinished--;
        if (unfinished === 0) sinceMs = null;
      }
    },
    runningSinceMs: () => sinceMs,
    last: () => last,
  };
}
