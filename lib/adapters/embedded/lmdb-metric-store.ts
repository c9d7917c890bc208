import { type Database, open } from 'lmdb';
import { entryOf, entryText, mergeValues } from '../../pipeline/meter/entry-values.ts';
import {
  compareShards,
  type EntryRange,
  type MetricChange,
  type MetricStore,
  MetricStoreUnavailableError,
  type Shard,
  shardName,
} from '../../pipeline/metric-store.ts';
import { makeFolder } from '../make-folder.ts';

interface LmdbMetricStoreOptions {
  /** The store's own folder; several processes may have it open. */
  readonly dir: string;
  /** Requires no write permission; the folder must contain a store. */
  readonly readOnly?: boolean;
}

/** LMDB's files in the folder. */
export const LMDB_FILES = { data: 'data.mdb', lock: 'lock.mdb' } as const;

/** Never part of a key: names have no control characters. */
const SEPARATOR = '\u0001';

/**
 * Keys are text, ordered by their bytes:
 *
 *     s · shop.purchases/0/3                              the shard's state
 *     e · shop.purchases/0/3 · users-1f03… · ["u1"]       an entry
 */
const stateKey = (shard: Shard) => Buffer.from(`s${SEPARATOR}${shardName(shard)}`);
const entryPrefix = (shard: Shard, metric: string) => ['e', shardName(shard), metric, ''].join(SEPARATOR);

/** Sorts after every key with the prefix: UTF-8 never contains this byte. */
const endOf = (prefix: string) => Buffer.concat([Buffer.from(prefix), Buffer.of(0xff)]);

/**
 * Live metrics in an LMDB file. A step is one transaction, which survives the end of this process at any moment. A
 * power failure may lose the last steps, each as a whole: they are then counted from the lake.
 */
export async function lmdbMetricStore({ dir, readOnly = false }: LmdbMetricStoreOptions): Promise<MetricStore> {
  if (!readOnly) await makeFolder(dir);
  const database = open<string, Buffer>({ path: dir, encoding: 'string', keyEncoding: 'binary', readOnly });

  let isClosed = false;
  const assertOpen = () => {
    if (isClosed) throw new MetricStoreUnavailableError(`live metrics in ${dir}: the store is closed`);
  };

  /** Reads the latest state: otherwise lmdb continues with the transaction of an earlier read. */
  function atOneMoment<T>(read: (transaction: ReturnType<typeof database.useReadTransaction>) => T): T {
    assertOpen();
    database.resetReadTxn();
    const transaction = database.useReadTransaction();
    try {
      return read(transaction);
    } finally {
      transaction.done();
    }
  }

  return {
    read: async (shard) => atOneMoment((transaction) => database.get(stateKey(shard), { transaction }) ?? null),
    async step(shard, { expected, next, changes }) {
      assertOpen();
      let isDone = false;
      try {
        database.transactionSync(() => {
          if ((database.get(stateKey(shard)) ?? null) !== expected) return;
          for (const change of changes) apply(database, entryPrefix(shard, change.metric), change);
          void database.put(stateKey(shard), next);
          isDone = true;
        });
      } catch (cause) {
        const found = cause instanceof Error ? cause.message : String(cause);
        throw new MetricStoreUnavailableError(`live metrics in ${dir}: a step failed: ${found}`, { cause });
      }
      return isDone ? 'done' : 'changed';
    },
    entries: async (shard, metric, range) =>
      atOneMoment((transaction) => {
        const prefix = entryPrefix(shard, metric);
        const found = database.getRange({ ...bounds(prefix, range), limit: range.limit, transaction });
        return {
          state: database.get(stateKey(shard), { transaction }) ?? null,
          entries: [...found].map(({ key, value }) => entryOf(nameIn(key, prefix), value)),
        };
      }),
    shards: async (stream) =>
      atOneMoment((transaction) => {
        const prefix = `s${SEPARATOR}${stream}/`;
        return [...database.getKeys({ start: Buffer.from(prefix), end: endOf(prefix), transaction })]
          .map((key) => {
            const [incarnation, kafkaPartition] = nameIn(key, prefix).split('/');
            return { stream, incarnation: Number(incarnation), kafkaPartition: Number(kafkaPartition) };
          })
          .sort(compareShards);
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await database.close();
    },
  };
}

const nameIn = (key: Buffer, prefix: string) => key.toString('utf8', Buffer.byteLength(prefix));

/** The key after a name is that name followed by the smallest character. */
function bounds(prefix: string, { after, from, before }: EntryRange) {
  const start = after === undefined ? prefix + (from ?? '') : prefix + after + SEPARATOR;
  return { start: Buffer.from(start), end: before === undefined ? endOf(prefix) : Buffer.from(prefix + before) };
}

/** Runs in a synchronous transaction, whose end is also the end of its writes: their promises need not be awaited. */
function apply(database: Database<string, Buffer>, prefix: string, change: MetricChange): void {
  if (change.clear) remove(database, Buffer.from(prefix), endOf(prefix));
  for (const entry of change.entries) {
    const key = Buffer.from(prefix + entry.name);
    const before = database.get(key);
    const values =
      before === undefined
        ? entry.values
        : mergeValues(change.merges, entryOf(entry.name, before).values, entry.values);
    void database.put(key, entryText({ values, label: entry.label }));
  }
  if (change.dropBelow !== null) remove(database, Buffer.from(prefix), Buffer.from(prefix + change.dropBelow));
}

function remove(database: Database<string, Buffer>, start: Buffer, end: Buffer): void {
  for (const key of [...database.getKeys({ start, end })]) void database.remove(key);
}
