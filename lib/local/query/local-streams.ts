import type { ExampleEvents } from '../../api/openapi/openapi-types.ts';
import type { Cell, StreamFacts, StreamPorts } from '../../api/stream-routes.ts';
import type { Contract } from '../../contracts/contract.ts';
import { wireName } from '../../contracts/wire-name.ts';
import { columns } from '../../derive/columns.ts';
import { duckdbType } from '../../derive/duckdb.ts';
import { DEAD_LETTERS, lakeTable } from '../../derive/names.ts';
import { quoted } from '../../derive/quoted.ts';
import { eventTimeText } from '../../derive/released.ts';
import { topicOf } from '../../derive/topic.ts';
import { lakeHours } from '../../pipeline/lake-hours.ts';
import type { Settings } from '../../settings.ts';
import type { DataFolder } from '../folder/data-folder.ts';
import { localLake } from './local-lake.ts';
import { query } from './query.ts';

export interface LocalStreamsOptions {
  readonly folder: DataFolder;
  readonly contracts: readonly Contract[];
  readonly settings: Pick<Settings, 'topics'>;
  readonly examples: ExampleEvents;
}

/** A project's streams, and their rows in a data folder's lake. */
export function localStreams(options: LocalStreamsOptions): StreamPorts['streams'] {
  const { folder, contracts, settings, examples } = options;
  const lake = localLake(folder, contracts);
  const contractOf = (stream: string) => contracts.find(({ name }) => name === stream);

  async function read(sql: string) {
    const result = await query(lake, sql);
    const rows: (readonly Cell[])[] = [];
    for await (const chunk of result.rows) rows.push(...chunk.map((row) => row.map(shownCell)));
    return { columns: result.columns.map(({ name }) => name), rows };
  }

  return {
    facts(stream) {
      const contract = contractOf(stream);
      if (contract === undefined) return null;
      return factsOf(contract, { topic: topicOf(contract, settings.topics), example: examples(stream)[0] ?? null });
    },
    async rows(stream, limit) {
      const contract = contractOf(stream);
      if (contract === undefined) return null;
      // Only the newest hour, so that a preview does not read a large lake.
      const newest = await lakeHours(lake.store, lakeTable(contract)).next();
      if (newest.done) return { columns: columns(contract).map(({ name }) => name), rows: [] };
      const { dt, hour } = newest.value;
      return read(
        `select * exclude (dt, hour) from ${tableText(contract)} where dt = '${dt}' and hour = ${hour}
         order by ingested_at desc, kafka_partition, kafka_offset desc limit ${limit}`,
      );
    },
    async fate(stream, { kafkaPartition, offset }) {
      const contract = contractOf(stream);
      if (contract === undefined) return null;
      const place = `kafka_partition = ${kafkaPartition} and kafka_offset = ${offset}`;
      const found = await read(`select * from ${tableText(contract)} where ${place} order by incarnation desc limit 1`);
      const [row] = found.rows;
      if (row !== undefined) {
        return { state: 'row', row: Object.fromEntries(found.columns.map((name, at) => [name, row[at] ?? null])) };
      }
      const { database, table } = DEAD_LETTERS;
      const letters = await read(
        `select 1 from ${quoted(database)}.${quoted(table)} where stream = '${contract.name}' and ${place} limit 1`,
      );
      return { state: letters.rows.length > 0 ? 'dead_letter' : 'waiting', row: null };
    },
  };
}

function factsOf(contract: Contract, { topic, example }: { readonly topic: string; readonly example: object | null }) {
  const { database, table } = lakeTable(contract);
  const facts: StreamFacts = {
    ...{ stream: contract.name, description: contract.description, owner: contract.owner, version: contract.version },
    ...{ topic, kafka_partitions: contract.kafkaPartitions, retention_hours: contract.retentionHours },
    ...{ key: contract.key, event_time: eventTimeText(contract.eventTime), identity: contract.identity },
    refined_from: contract.refinedFrom,
    table: `${database}.${table}`,
    fields: Object.entries(contract.fields).map(([name, field]) => ({
      ...{ name: wireName(name, field), type: field.type.kind, nullable: field.nullable, masked: field.masked },
      ...{ description: field.description, unit: field.unit ?? null, rule: field.rule?.name ?? null },
    })),
    columns: columns(contract).map(({ name, type, description }) => ({ name, type: duckdbType(type), description })),
    example,
  };
  return facts;
}

function tableText(contract: Contract): string {
  const { database, table } = lakeTable(contract);
  return `${quoted(database)}.${quoted(table)}`;
}

/** Tables are flat: cells are never nested. */
const shownCell = (cell: unknown): Cell =>
  typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : (cell as Cell);
