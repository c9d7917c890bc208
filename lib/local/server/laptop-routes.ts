import { deadLetterRoutes } from '../../api/dead-letter-routes.ts';
import { queryRoutes } from '../../api/query-routes.ts';
import { type ServedRoute, served } from '../../api/route.ts';
import { streamRoutes } from '../../api/stream-routes.ts';
import { type LocalDeadLettersOptions, localDeadLetters } from '../dead-letters/local-dead-letters.ts';
import { boundedQueries } from '../query/bounded-query.ts';
import { type LocalStreamsOptions, localStreams } from '../query/local-streams.ts';
import { queryTables } from '../query/query-tables.ts';
import { type LocalWarehouseOptions, localWarehouse } from '../warehouse.ts';

export type LaptopRoutesOptions = LocalDeadLettersOptions & LocalStreamsOptions & LocalWarehouseOptions;

/** Routes that are only served locally, because they need files such as those of the lake. */
export function laptopRoutes(options: LaptopRoutesOptions): readonly ServedRoute[] {
  // The running pipeline has read the same files, and would have ended if one were invalid.
  const tables = async () => queryTables(options.contracts, (await localWarehouse(options)).graph.models);
  const query = boundedQueries({ ...options, readable: async () => (await tables()).map(({ name }) => name) });
  return [
    ...served(streamRoutes, { streams: localStreams(options) }),
    ...served(deadLetterRoutes, { deadLetters: localDeadLetters(options) }),
    ...served(queryRoutes, { query, tables }),
  ];
}
