import { join } from 'node:path';
import { describe } from 'vitest';
import { lmdbMetricStore } from '../../lib/adapters/embedded/lmdb-metric-store.ts';
import { memoryMetricStore } from '../support/memory-metric-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { metricStoreSuite } from './metric-store.suite.ts';

describe('the metric store in memory', () => {
  metricStoreSuite(async () => {
    const store = memoryMetricStore();
    return { store, another: store, close: store.close };
  });
});

describe('the metric store on LMDB', () => {
  metricStoreSuite(async () => {
    const folder = await temporaryFolder();
    const dir = join(folder.path, 'metrics');
    const store = await lmdbMetricStore({ dir });
    const another = await lmdbMetricStore({ dir });
    return {
      store,
      another,
      async close() {
        await Promise.all([store.close(), another.close()]);
        await folder.remove();
      },
    };
  });
});
