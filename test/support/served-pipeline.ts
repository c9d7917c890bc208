import { join } from 'node:path';
import { type LocalServer, type LocalServerOptions, localServer } from '../../lib/local/server/local-server.ts';
import { memoryLog } from './memory-log.ts';
import { memoryMetricStore } from './memory-metric-store.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { testClock } from './test-clock.ts';

export interface ServedPipeline {
  readonly server: LocalServer;
  /** `pipeline.json` */
  readonly file: string;
  readonly warnings: readonly string[];
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** A local server on a free port, over an in-memory pipeline. */
export async function servedPipeline(options: Partial<LocalServerOptions> = {}): Promise<ServedPipeline> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'pipeline.json');
  const warnings: string[] = [];
  const clock = testClock();
  const server = await localServer({
    project: { contracts: [], generators: [], routes: [] },
    settings: { host: '127.0.0.1', port: 0, token: '', topics: new Map() },
    file,
    log: memoryLog(clock),
    clock,
    pipeline: { live: { metrics: [], store: memoryMetricStore() }, status: async () => [] },
    troubles: () => [],
    warn: (line) => warnings.push(line),
    ...options,
  });
  return {
    server,
    file,
    warnings,
    ask: (path, init) => fetch(new URL(path, server.url), init),
    async close() {
      await server.close();
      await folder.remove();
    },
  };
}
