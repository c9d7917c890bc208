import { SettingError, settings } from '../../settings.ts';
import type { Clock, Warehouse } from '../ports.ts';
import type { ModelGraph } from './model-graph.ts';
import { noteDefinition } from './schema-plan.ts';

/** The ledger's key for the window length of its tables. */
const WINDOW_SECONDS = 'ops.window_seconds';

export interface WindowDeps {
  readonly warehouse: Warehouse;
  readonly clock: Pick<Clock, 'now'>;
  readonly graph: ModelGraph;
  /** Length of the tumbling windows. Tables made with another length have to be rebuilt. */
  readonly windowSeconds: number;
}

/**
 * Records the length of the windows in a new warehouse, and enforces it: windows of two lengths in one table would
 * overlap. `definitions` are the ledger's entries.
 * @throws SettingError naming the tables and both lengths, before anything has run.
 */
export async function keepWindowLength(
  { warehouse, clock, graph, windowSeconds }: WindowDeps,
  definitions: ReadonlyMap<string, string>,
): Promise<void> {
  const noted = definitions.get(WINDOW_SECONDS);
  if (noted === undefined) {
    const statements = noteDefinition(WINDOW_SECONDS, String(windowSeconds), clock.now());
    await warehouse.run({ name: WINDOW_SECONDS, statements, reads: [] });
  } else if (noted !== String(windowSeconds)) {
    throw new SettingError(
      `${settings.windowSeconds.variable}: expected ${noted} (seconds), with which ${windowTables(graph).join(', ')} were made, ` +
        `found ${windowSeconds}; nothing was run; set it back, or rebuild the tables with weir rebuild`,
    );
  }
}

/** The models with windows, and all models that read them. */
function windowTables({ models, upstream }: ModelGraph): readonly string[] {
  const windowed = models.filter(({ parameters }) => parameters.includes('window_seconds')).map(({ name }) => name);
  return models
    .filter(({ name }) => windowed.includes(name) || windowed.some((table) => upstream(name).has(table)))
    .map(({ name }) => name);
}
