import { lastHours } from '../../lib/pipeline/transform/hours.ts';
import { type TransformCounts, type TransformDeps, transform } from '../../lib/pipeline/transform/transform.ts';
import { hoursOfLake } from '../../lib/pipeline/transform/versions.ts';

/** What the schedule sends. */
export interface TransformEvent {
  /** How far back hours are looked at, the open one included; `all` is everything that the lake has. */
  readonly lookBackHours: number | 'all';
}

export interface TransformHandlerDeps extends TransformDeps {
  /** The lake's tables as models name them: `lake.shop_purchases`. */
  readonly lakeTableNames: readonly string[];
  /** Called once an invocation. */
  readonly summary?: (counts: TransformCounts) => void;
}

/** Models were not published. What they held before is still there, and the next run tries again. */
export class TransformFailedError extends Error {
  override readonly name = 'TransformFailedError';
}

/**
 * Brings the models up to what the lake holds, in the hours whose lake version has changed. Runs of one handler follow each
 * other; the warehouse makes those of several follow each other too. It lets go of the warehouse at its end.
 * @throws TransformFailedError naming each model that failed, after all others have run.
 */
export function createHandler(deps: TransformHandlerDeps): (event: TransformEvent) => Promise<TransformCounts> {
  let last: Promise<unknown> = Promise.resolve();
  const run = async ({ lookBackHours }: TransformEvent): Promise<TransformCounts> => {
    const hours =
      lookBackHours === 'all'
        ? await hoursOfLake(deps, deps.lakeTableNames)
        : lastHours(deps.clock.now(), lookBackHours);
    try {
      const counts = await transform(deps, { hours });
      deps.summary?.(counts);
      if (counts.failures.length === 0) return counts;
      throw new TransformFailedError(counts.failures.map(({ message }) => message).join('; '));
    } finally {
      await deps.warehouse.close();
    }
  };
  return (event) => {
    const next = last.then(() => run(event));
    last = next.catch(() => undefined);
    return next;
  };
}
