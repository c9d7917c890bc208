import type { TransformEvent, TransformResult } from '../../lambdas/transform/handler.ts';
import type { Clock } from '../pipeline/ports.ts';
import type { ModelGraph } from '../pipeline/transform/model-graph.ts';

/** The runs of a pipeline's models, one after the other. */
export interface ModelRuns {
  readonly graph: ModelGraph;
  /** Runs after those that are waiting. @throws TransformFailedError, as the handler does */
  run(event: TransformEvent): Promise<TransformResult>;
  /** When the models began to run, in milliseconds; null while none run. */
  runningSinceMs(): number | null;
}

/** @param transform runs one event after the other */
export function modelRuns(
  graph: ModelGraph,
  transform: (event: TransformEvent) => Promise<TransformResult>,
  clock: Pick<Clock, 'now'>,
): ModelRuns {
  let unfinished = 0;
  let sinceMs: number | null = null;
  return {
    graph,
    async run(event) {
      unfinished++;
      sinceMs ??= clock.now();
      try {
        return await transform(event);
      } finally {
        unfinished--;
        if (unfinished === 0) sinceMs = null;
      }
    },
    runningSinceMs: () => sinceMs,
  };
}
