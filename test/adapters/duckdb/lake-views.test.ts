import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lakeTables } from '../../../lib/adapters/duckdb/lake-views.ts';
import { openDuckdb } from '../../../lib/adapters/duckdb/open-duckdb.ts';
import { directoryObjectStore } from '../../../lib/adapters/embedded/directory-object-store.ts';
import { fileCatalog } from '../../../lib/adapters/embedded/file-catalog.ts';
import { DEAD_LETTERS } from '../../../lib/derive/names.ts';
import { partitionLocation } from '../../../lib/derive/table-partition.ts';
import { query } from '../../../lib/local/query/query.ts';
import { deadLetterLines } from '../../../lib/pipeline/dead-letters.ts';
import { contracts } from '../../support/fixture-project.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Payloads that are text, that only look like it, and that are none. */
const PAYLOADS: readonly (Buffer | null)[] = [
  Buffer.from('{"name":"Grüße \\"und\\" \\\\x41"}'),
  Buffer.from('\\x41 '),
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from('a\u0000b'),
  Buffer.from('base64:AP8='),
  Buffer.from(''),
  null,
];

/** What the sink of today writes of them. */
function textsOfToday(): readonly (string | null)[] {
  const source = { stream: 's', topic: 't', contract: null };
  const verdict = { reason: 'not_json', path: '', detail: '', contractVersion: 1 } as const;
  const letters = PAYLOADS.map((payload, offset) => ({
    record: {
      offset,
      timestamp: 0,
      timestampType: 'LOG_APPEND_TIME',
      ...(payload === null ? {} : { value: payload.toString('base64') }),
    },
    verdict,
  }));
  const lines = deadLetterLines(source, letters as never);
  return Buffer.from(lines.bytes)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).payload);
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

it('payloads of dead letters are the same text in objects that hold them as bytes and in those that hold text', async () => {
  const dir = join(folder.path, 'lake');
  const catalog = fileCatalog(join(folder.path, 'catalog'));
  const location = partitionLocation(DEAD_LETTERS, { dt: '2026-01-31', hour: 13 }, 0);
  await mkdir(join(dir, location), { recursive: true });
  await catalog.register(DEAD_LETTERS, { dt: '2026-01-31', hour: 13, generation: 0, location });
  const texts = textsOfToday();
  const { connection, close } = await openDuckdb();
  const object = async (name: string, payloads: readonly string[]) => {
    const rows = payloads.map(
      (payload, index) => `select ${index}::bigint as kafka_offset, ${payload} as payload, '${name}' as detail`,
    );
    await connection.run(
      `copy (${rows.join(' union all ')}) to '${join(dir, location, `${name}.parquet`)}' (format parquet)`,
    );
  };
  await object(
    'old',
    PAYLOADS.map((payload) => (payload === null ? 'null::blob' : `from_base64('${payload.toString('base64')}')`)),
  );
  await object(
    'new',
    texts.map((text) => (text === null ? 'null::varchar' : `'${text.replaceAll("'", "''")}'`)),
  );
  close();

  const store = directoryObjectStore(dir);
  const tables = lakeTables(contracts);
  const lake = { dir, catalog, store, tables, warehouseFile: join(folder.path, 'none') };
  for (const name of ['old', 'new']) {
    const { columns, rows } = await query(
      lake,
      `select payload from lake.dead_letters where detail = '${name}' order by kafka_offset`,
    );
    expect(columns).toEqual([{ name: 'payload', type: 'VARCHAR' }]);
    const found: unknown[] = [];
    for await (const chunk of rows) found.push(...chunk.map(([payload]) => payload));
    expect(found, name).toEqual(texts);
  }
});
