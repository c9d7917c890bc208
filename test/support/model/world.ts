import type { TableName } from '../../../lib/derive/names.ts';
import { isRowsKey } from '../../../lib/pipeline/generation.ts';
import type {
  Catalog,
  Clock,
  ObjectRemover,
  ObjectStore,
  PartWriter,
  RowEncoder,
  TablePartition,
} from '../../../lib/pipeline/ports.ts';
import { ObjectNotFoundError } from '../../../lib/pipeline/ports.ts';
import type { ChainRows, RowSource } from '../../../lib/pipeline/replay/chain-rows.ts';
import type { ModelProcess, scheduler } from './scheduler.ts';

/** A row or dead letter of the model is its record's position. */
export interface ModelRow {
  readonly kafkaPartition: number;
  /** −1 for a refined row that was made from its source's row. */
  readonly offset: number;
  /** Made by a replay; its dead letter stays. */
  readonly replayed?: true;
  /** Of a refined row. */
  readonly source?: RowSource;
  /** Of a row of a stream that is not refined. */
  readonly event?: { readonly timestampMs: number; readonly text: string };
}

interface ModelObject {
  readonly rows: readonly ModelRow[];
  readonly body: Uint8Array;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The state that processes share: objects, catalogue and time. */
export interface World {
  readonly objects: Map<string, ModelObject>;
  /** `database.table dt hour` to the location that readers see. */
  readonly registered: Map<string, TablePartition>;
  nowMs: number;
  writes: number;
  /** Counts changes visible to readers: objects and locations. */
  changes: number;
}

export const emptyWorld = (): World => ({ objects: new Map(), registered: new Map(), nowMs: 0, writes: 0, changes: 0 });

/** A text that the model's encoder refuses, as DuckDB might refuse a value that passed every check. */
export const REFUSED_TEXT = 'refuse me';

/** Part of every replay's fix, so that rows show where they come from. */
export const REPLAYED_TEXT = 'replayed';

type Scheduler = ReturnType<typeof scheduler>;

export function modelStore(world: World, { call }: Scheduler, process: ModelProcess): ObjectStore & ObjectRemover {
  const keys = () => [...world.objects.keys()].sort();
  return {
    putIfAbsent: (key, body, metadata) =>
      call(
        process,
        () => {
          if (world.objects.has(key)) return 'exists';
          world.changes++;
          world.objects.set(key, { rows: rowsIn(body), body, metadata });
          return 'created';
        },
        () => 'exists',
      ),
    readTail: (key) =>
      call(process, () => {
        const found = world.objects.get(key);
        if (found === undefined) throw new ObjectNotFoundError(key);
        return { bytes: found.body, sizeBytes: found.body.length, metadata: found.metadata };
      }),
    list: (prefix, after = '') => call(process, () => keys().filter((key) => key.startsWith(prefix) && key > after)),
    listFolders: (prefix) =>
      call(process, () => {
        const inside = keys().filter((key) => key.startsWith(prefix) && key.slice(prefix.length).includes('/'));
        return [...new Set(inside.map((key) => key.slice(prefix.length).split('/', 1)[0] as string))];
      }),
    remove: (key) =>
      call(process, () => {
        world.changes++;
        world.objects.delete(key);
      }),
  };
}

/** Objects with rows are lists; plans and notes are other JSON. */
function rowsIn(body: Uint8Array): readonly ModelRow[] {
  const parsed: unknown = JSON.parse(Buffer.from(body).toString());
  return Array.isArray(parsed) ? parsed : [];
}

/** With compare-and-set, like files; or without, like Glue: another process may move the hour between the two calls. */
export function modelCatalog(
  world: World,
  { call }: Scheduler,
  process: ModelProcess,
  hasCompareAndSet = true,
): Catalog {
  const isBehind = (key: string, { generation }: TablePartition) =>
    (world.registered.get(key)?.generation ?? -1) < generation;
  const move = (key: string, partition: TablePartition) => {
    world.changes++;
    world.registered.set(key, partition);
  };
  return {
    async register(table, partition) {
      const key = registrationKey(table, partition);
      if (!hasCompareAndSet) {
        if (await call(process, () => isBehind(key, partition))) await call(process, () => move(key, partition));
        return;
      }
      await call(process, () => {
        if (isBehind(key, partition)) move(key, partition);
      });
    },
    partitions: () => Promise.reject(new Error('nobody asks for all partitions')),
    partition: (table, hour) => call(process, () => world.registered.get(registrationKey(table, hour))),
  };
}

/** Builds objects from others. Its inputs are immutable, so the whole operation is one effect. */
export function modelParts(world: World, { call }: Scheduler, process: ModelProcess): PartWriter {
  const found = (key: string) => {
    const object = world.objects.get(key);
    if (object === undefined) throw new ObjectNotFoundError(key);
    return object;
  };
  return {
    describe: (key) => call(process, () => ({ rows: found(key).rows.length, sizeBytes: 1, rawBytes: 1, columns: {} })),
    write: ({ key, inputs, footer }) =>
      call(
        process,
        () => {
          if (world.objects.has(key)) return 'exists';
          const rows = inputs.flatMap((input) => found(input).rows);
          world.changes++;
          world.objects.set(key, { rows, body: Buffer.from(JSON.stringify(rows)), metadata: footer });
          return 'created';
        },
        () => 'exists',
      ),
  };
}

export const registrationKey = ({ database, table }: TableName, { dt, hour }: Pick<TablePartition, 'dt' | 'hour'>) =>
  `${database}.${table} ${dt} ${hour}`;

/** A line's position, that of its source, and the rest of it. */
const LINE = /^\{"\$o":(\d+|null),"\$t":(-?\d+)(?:,"\$s":(\d+),"\$n":(\d+))?,?(.*)$/gm;

/** Reads rows of immutable objects, so the whole operation is one effect. */
export function modelRows(world: World, { call }: Scheduler, process: ModelProcess): ChainRows {
  const rowsOf = (keys: readonly string[], { kafkaPartition }: { readonly kafkaPartition: number }) =>
    keys.flatMap((key) => {
      const object = world.objects.get(key);
      if (object === undefined) throw new ObjectNotFoundError(key);
      return object.rows.filter((row) => row.kafkaPartition === kafkaPartition);
    });
  return {
    events: (keys, chain, offsets) =>
      call(process, () => {
        const found = rowsOf(keys, chain).flatMap(({ offset, event }) =>
          event === undefined || !offsets.includes(offset)
            ? []
            : [{ offset, timestampMs: event.timestampMs, payload: Buffer.from(event.text) }],
        );
        return found.sort((left, right) => left.offset - right.offset);
      }),
    sources: (keys, chain, offsets) =>
      call(process, () => {
        const rows = rowsOf(keys, chain).flatMap(({ source }) => source ?? []);
        return { rows: rows.filter(({ offset }) => offsets.includes(offset)), unknown: 0 };
      }),
  };
}

/** Not an effect: work in a process's memory needs no turn of the scheduler. */
export const modelEncoder: RowEncoder = {
  encode: async ({ lines, constants: { kafkaPartition } }) => {
    const text = Buffer.from(lines).toString();
    if (text.includes(REFUSED_TEXT) && !text.includes('"reason"')) return { refused: 'planted' };
    const rows = [...text.matchAll(LINE)].map(([line, offset, timestampMs, source, ordinal, rest]): ModelRow => {
      const row = { kafkaPartition, offset: offset === 'null' ? -1 : Number(offset) };
      const origin =
        source === undefined
          ? { event: { timestampMs: Number(timestampMs), text: `{${rest}` } }
          : { source: { offset: Number(source), ordinal: Number(ordinal) } };
      return { ...row, ...origin, ...(line.includes(REPLAYED_TEXT) && { replayed: true }) };
    });
    return { body: Buffer.from(JSON.stringify(rows)) };
  },
};

export const modelClock = (world: World): Clock => ({
  now: () => world.nowMs,
  sleep: () => Promise.reject(new Error('the sink does not sleep')),
});

/** The rows visible to a reader of the lake: the objects under the registered locations. */
export function visibleRows(world: World, table: TableName): readonly ModelRow[] {
  const locations = [...world.registered]
    .filter(([key]) => key.startsWith(`${table.database}.${table.table} `))
    .map(([, { location }]) => location);
  return locations.flatMap((location) =>
    [...world.objects].filter(([key]) => key.startsWith(location) && isRowsKey(key)).flatMap(([, { rows }]) => rows),
  );
}
