import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { glueCatalog } from '../../lib/adapters/aws/glue-catalog.ts';
import { s3ObjectFiles } from '../../lib/adapters/aws/s3-object-files.ts';
import { s3ObjectStore } from '../../lib/adapters/aws/s3-object-store.ts';
import { duckdbPartWriter } from '../../lib/adapters/duckdb/part-writer.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import { columns, deadLetterColumns } from '../../lib/derive/columns.ts';
import { DEAD_LETTERS, lakeTable, type TableName } from '../../lib/derive/names.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import { compactHour } from '../../lib/pipeline/compact/compact-hour.ts';
import { tablesToCompact } from '../../lib/pipeline/compact/table-to-compact.ts';
import { sourceHeaders } from '../../lib/pipeline/source-position.ts';
import { createGlueTables } from '../support/create-glue-tables.ts';
import { lakeReader } from '../support/emulated/lake-reader.ts';
import { contracts, generators, refinements } from '../support/fixture-project.ts';
import { type GivenRecord, laptopSink, mskEvent, ONE_O_CLOCK } from '../support/laptop-sink.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { trinoServer } from '../support/servers/trino.ts';
import { refinedTexts } from '../support/streams-of.ts';
import { testClock } from '../support/test-clock.ts';

const HOUR_MS = 3_600_000;
const EVENTS = 200;
const COMPACTIONS = 100;
const LATE_RECORDS = 3;
const FOLDER = 'lake/';

await describeWithServer(trinoServer, (running) => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  let lake: ReturnType<typeof openLake>;

  const openLake = () => {
    const { s3, glue } = running();
    const [s3Client, glueClient] = [s3.client(), glue.client()];
    const bucket = { client: s3Client, bucket: s3.bucket, prefix: FOLDER };
    const dir = join(sink.folder, 'parts');
    const store = { ...s3ObjectStore(bucket), ...s3ObjectFiles(bucket, join(dir, 'fetched')) };
    const catalog = glueCatalog({ client: glueClient, locationPrefix: `s3://${s3.bucket}/${FOLDER}` });
    return {
      ports: { ...sink.ports, store, catalog, parts: duckdbPartWriter({ store, dir, memoryMegabytes: 128 }) },
      duckdb: () => lakeReader({ glue: glueClient, s3: s3Client }),
      close() {
        s3Client.destroy();
        glueClient.destroy();
      },
    };
  };

  beforeAll(async () => {
    const { s3, glue } = running();
    const names = contracts.map(({ name }) => name);
    await createGlueTables(glue, `s3://${s3.bucket}/${FOLDER}`, names);
    sink = await laptopSink({ contracts });
    lake = openLake();
  });
  afterAll(async () => {
    lake?.close();
    await sink?.remove();
  });

  describe('the tables that Glue describes', () => {
    it('are read by Trino as by DuckDB: every row and column of every stream, and the dead letters', async () => {
      const handler = sink.newHandler(lake.ports);
      for (const contract of contracts) await handler(mskEvent(contract.name, recordsOf(contract)));
      await handler(mskEvent('shop.purchases', [{ offset: EVENTS, value: 'not JSON' }]));
      const duckdb = await lake.duckdb();
      try {
        for (const contract of contracts) {
          const sql = comparedSql(lakeTable(contract), columns(contract));
          const rows = await running().query(sql);
          expect(rows.length, contract.name).toBe(recordsOf(contract).length);
          expect(rows, contract.name).toEqual(asRows(await duckdb.query(sql)));
        }
        const letters = comparedSql(DEAD_LETTERS, deadLetterColumns);
        const rows = await running().query(letters);
        expect(rows).toHaveLength(1);
        expect(rows).toEqual(asRows(await duckdb.query(letters)));
      } finally {
        await duckdb.close();
      }
    }, 240_000);
  });

  describe('an hour', () => {
    it(`that is compacted ${COMPACTIONS} times, with late records in between, has in every query of Trino each position once and none that an earlier query saw is missing`, async () => {
      const contract = contracts.find(({ name }) => name === 'shop.purchases') as Contract;
      const { dt, hour } = { dt: '2026-01-31', hour: 15 };
      const inHourMs = ONE_O_CLOCK + 2 * HOUR_MS;
      const [table] = tablesToCompact([contract]);
      if (table === undefined) throw new Error('shop.purchases has no table');
      const clock = testClock(inHourMs + 2 * HOUR_MS);
      const ports = { ...lake.ports, clock };
      const handler = sink.newHandler(ports);
      const values = generated(contract.name);
      let offset = 1_000_000;
      const first = offset;
      const take = (count: number) => {
        const records: GivenRecord[] = Array.from({ length: count }, () => ({
          value: values[offset % values.length] ?? '',
          offset: offset++,
          timestampMs: inHourMs,
        }));
        return handler(mskEvent(contract.name, records));
      };
      await take(LATE_RECORDS);
      await take(LATE_RECORDS);

      let isOver = false;
      const compacting = (async () => {
        let generations = 0;
        for (let round = 0; round < COMPACTIONS; round++) {
          const { notDue } = await compactHour(
            ports,
            table,
            { dt, hour },
            { notDue: () => null, keepMs: 24 * HOUR_MS },
          );
          if (notDue === null) generations++;
          await clock.advance(HOUR_MS);
          await take(LATE_RECORDS);
        }
        return generations;
      })().finally(() => {
        isOver = true;
      });

      let seen = 0;
      let queries = 0;
      const count = async () => {
        const [row] = await running().query(
          `select count(*), count(distinct kafka_offset), min(kafka_offset), max(kafka_offset)
           from lake.shop_purchases where dt = '${dt}' and hour = ${hour}`,
        );
        return row ?? [];
      };
      do {
        const [rows, positions, lowest, highest] = await count();
        expect(rows).toBe(positions);
        expect(lowest).toBe(first);
        // No gap: of one kafka partition in order, the positions are those from the first to the last.
        expect(highest).toBe(first + Number(rows) - 1);
        expect(Number(rows)).toBeGreaterThanOrEqual(seen);
        seen = Number(rows);
        queries++;
      } while (!isOver);

      expect(await compacting).toBe(COMPACTIONS);
      expect(queries).toBeGreaterThanOrEqual(COMPACTIONS / 2);
      expect((await count())[0]).toBe(offset - first);
    }, 600_000);
  });
});

function generated(stream: string): readonly string[] {
  const generator = generators.find((one) => one.stream === stream);
  if (generator === undefined) throw new Error(`${stream}: expected a generator, found none`);
  const next = eventSource(generator, 7);
  return Array.from({ length: EVENTS }, (_, index) => JSON.stringify(next(ONE_O_CLOCK + index * 1000)));
}

/** Records with generated events, or with what those of its source refine to. */
function recordsOf({ name }: Contract): readonly GivenRecord[] {
  const refinement = refinements.find(({ to }) => to.name === name);
  if (refinement === undefined) return generated(name).map((value) => ({ value }));
  return recordsOf(refinement.from).flatMap(({ value }, offset) =>
    refinedTexts(refinement, String(value), ONE_O_CLOCK).map((text, ordinal) => ({
      value: text,
      headers: sourceHeaders({ incarnation: 0, offset, ordinal, timestampMs: ONE_O_CLOCK }).map((header) => ({
        [header.name]: [...header.value],
      })),
    })),
  );
}

/** Every column as text that both engines write alike. Trino, like Athena, reads timestamps to the millisecond. */
function comparedSql({ database, table }: TableName, all: ReturnType<typeof columns>): string {
  const compared = all.map(({ name, type: { kind } }) => {
    if (kind === 'timestamp') return `date_diff('millisecond', timestamp '1970-01-01 00:00:00', "${name}")`;
    return `"${name}"`;
  });
  const texts = compared.map((column, index) => `cast(${column} as varchar) as c${index}`).join(', ');
  return `select ${texts} from ${database}.${table} order by c0, kafka_partition, kafka_offset`;
}

function asRows({ columns: names, rows }: Awaited<ReturnType<Awaited<ReturnType<typeof lakeReader>>['query']>>) {
  return rows.map((row) => names.map((name) => row[name] ?? null));
}
