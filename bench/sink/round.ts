/** One round of the sink benchmark, in a separate process: `round.ts limit|drained|mixed <work folder> <files…>`. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MSKEvent } from 'aws-lambda';
import { createHandler } from '../../lambdas/sink/handler.ts';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { duckdbRowEncoder } from '../../lib/adapters/duckdb/row-encoder.ts';
import { directoryObjectStore } from '../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../lib/adapters/embedded/file-catalog.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { rowSelect } from '../../lib/derive/row-select.ts';
import { settings } from '../../lib/settings.ts';
import { benchOrders } from './contract.ts';
import { payloads } from './payloads.ts';

export interface RoundResult {
  readonly events: number;
  readonly batches: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
  /** The peak after a tenth of the batches; growth beyond it would indicate a leak. */
  readonly earlyPeakMegabytes: number;
  readonly objects: number;
  readonly puts: number;
  readonly otherStoreCalls: number;
  readonly catalogueCalls: number;
}

type Work = (event: MSKEvent) => Promise<void>;
type Counters = { objects: number; puts: number; otherStoreCalls: number; catalogueCalls: number };

async function main(mode: string, dir: string, files: readonly string[]): Promise<RoundResult> {
  await mkdir(dir, { recursive: true });
  const counters: Counters = { objects: 0, puts: 0, otherStoreCalls: 0, catalogueCalls: 0 };
  const { prepare, work } = mode === 'limit' ? await limit(dir, counters) : sinkWork(dir, counters);
  const peaks: number[] = [];
  const totals = { events: 0, batches: 0, cpuSeconds: 0, wallSeconds: 0 };
  for (const event of payloads(files, mode === 'mixed' ? 'mixed' : 'drained')) {
    await prepare(event);
    const startedAt = performance.now();
    const before = process.cpuUsage();
    await work(event);
    const { user, system } = process.cpuUsage(before);
    totals.cpuSeconds += (user + system) / 1e6;
    totals.wallSeconds += (performance.now() - startedAt) / 1000;
    totals.batches++;
    for (const records of Object.values(event.records)) totals.events += records.length;
    peaks.push(process.resourceUsage().maxRSS / 1024);
  }
  const [peakMegabytes = 0, earlyPeakMegabytes = 0] = [peaks.at(-1), peaks[Math.ceil(peaks.length / 10) - 1]];
  return { ...totals, ...counters, peakMegabytes, earlyPeakMegabytes };
}

/** Bare DuckDB on one thread: one `COPY` from a batch's existing NDJSON to Parquet. No validation. */
async function limit(dir: string, counters: Counters): Promise<{ prepare: Work; work: Work }> {
  const { connection } = await openDuckdb(':memory:', { threads: '1' });
  const { lineColumns } = rowSelect(benchOrders);
  const columns = Object.entries(lineColumns)
    .filter(([name]) => !name.startsWith('$'))
    .map(([name, type]) => `'${name}': '${type}'`);
  const input = join(dir, 'limit.ndjson');
  const read = `read_json('${input}', format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  return {
    prepare: async (event) => {
      const values = Object.values(event.records)
        .flat()
        .map(({ value }) => Buffer.from(value, 'base64').toString());
      await writeFile(input, `${values.join('\n')}\n`);
    },
    work: async () => {
      const output = join(dir, `limit-${counters.objects++}.parquet`);
      await connection.run(`copy (select * from ${read}) to '${output}' (format parquet)`);
    },
  };
}

/** The sink's handler, called as Lambda would call it, on a folder. */
function sinkWork(dir: string, counters: Counters): { prepare: Work; work: Work } {
  const store = directoryObjectStore(join(dir, 'lake'));
  const catalog = fileCatalog(join(dir, 'catalog'));
  const other =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A) => {
      counters.otherStoreCalls++;
      return call(...args);
    };
  const handler = createHandler({
    store: {
      putIfAbsent: (...args) => {
        counters.puts++;
        return store.putIfAbsent(...args);
      },
      readTail: other(store.readTail),
      list: other(store.list),
      listFolders: other(store.listFolders),
    },
    catalog: {
      ...catalog,
      register: (...args) => {
        counters.catalogueCalls++;
        return catalog.register(...args);
      },
    },
    encoder: duckdbRowEncoder({
      dir: join(dir, 'tmp'),
      memoryMegabytes: settings.duckdbMemoryMegabytes.default,
      codec: settings.parquetCodec.default,
    }),
    clock: systemClock,
    newWriteId: randomUUID,
    streamOf: (topic) => ({ topic, contract: benchOrders, incarnation: 0 }),
  });
  return {
    prepare: async () => undefined,
    work: async (event) => {
      counters.objects += (await handler(event)).objects;
    },
  };
}

const [mode = 'drained', dir = '', ...files] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await main(mode, dir, files)));
