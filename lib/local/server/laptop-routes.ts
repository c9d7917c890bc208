import { deadLetterRoutes } from '../../api/dead-letter-routes.ts';
import { lakeRoutes } from '../../api/lake-routes.ts';
import { modelRoutes } from '../../api/model-routes.ts';
import { queryRoutes } from '../../api/query-routes.ts';
import { type ServedRoute, served } from '../../api/route.ts';
import { streamRoutes } from '../../api/stream-routes.ts';
import type { Settings } from '../../settings.ts';
import { type LocalDeadLettersOptions, localDeadLetters } from '../dead-letters/local-dead-letters.ts';
import { localLakeHours } from '../lake/local-lake-hours.ts';
import { type LocalModelsOptions, localModels } from '../models/local-models.ts';
import { boundedQueries } from '../query/bounded-query.ts';
import { type LocalStreamsOptions, localStreams } from '../query/local-streams.ts';
import { queryTables } from '../query/query-tables.ts';

export type LaptopRoutesOptions = LocalDeadLettersOptions &
  LocalStreamsOptions &
  LocalModelsOptions & { readonly settings: Pick<Settings, 'windowSeconds'> };

/** Browsers wait ten seconds; a run of the models in another process may take longer. */
const LEDGER_LIMITS = { maxMs: 8000, maxQueries: 1 };

/** Routes that are only served locally, because they need files such as those of the lake. */
export function laptopRoutes(options: LaptopRoutesOptions): readonly ServedRoute[] {
  const tables = queryTables(options.contracts, options.runs.graph.models, options.settings);
  const readable = tables.map(({ name }) => name);
  const query = boundedQueries({ ...options, readable });
  // Queries of users do not delay it.
  const ledgerQuery = boundedQueries({ ...options, readable, limits: LEDGER_LIMITS });
  return [
    ...served(streamRoutes, { streams: localStreams(options) }),
    ...served(deadLetterRoutes, { deadLetters: localDeadLetters(options) }),
    ...served(modelRoutes, { models: localModels({ ...options, query: ledgerQuery }) }),
    ...served(lakeRoutes, { lake: localLakeHours(options) }),
    ...served(queryRoutes, { query, tables: async () => tables }),
  ];
}
