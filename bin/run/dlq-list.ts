import { tableOutput } from '../../lib/local/display/table-output.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { type Lake, type LakeResult, type QueryResult, query } from '../../lib/local/query/query.ts';
import { jsonOutput, oneChunk } from '../../lib/local/query/query-output.ts';
import type { CellValue } from '../../lib/local/query/query-value.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface ListDeadLettersOptions extends Partial<Settings> {
  readonly stream?: string;
  readonly reason?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `weir dlq list`. Answers the exit code. */
export async function listDeadLetters({ contracts }: LocatedProject, options: ListDeadLettersOptions): Promise<number> {
  const { dataDir } = effectiveSettings(options, contracts);
  const lake = localLake(dataFolder(dataDir), contracts);
  const newest = (columns: string) =>
    query(lake, `select ${columns} from lake.dead_letters ${where(options)} ${NEWEST_FIRST} limit ${options.limit}`);
  if (options.json) {
    await print(jsonOutput(hinted(await newest('*'))));
    return 0;
  }
  const counted = await read(hinted(await counts(lake, options)));
  if (counted.rows.length === 0) {
    process.stdout.write('no dead letters\n');
    return 0;
  }
  await print(tableOutput({ ...counted, rows: oneChunk(counted.rows) }, outputWidth()));
  process.stdout.write('\n');
  await print(tableOutput(await newest(SHOWN), outputWidth()));
  return 0;
}

const NEWEST_FIRST = 'order by ingested_at desc, topic, kafka_partition, kafka_offset desc';
const SHOWN = 'ingested_at, stream, kafka_partition, kafka_offset, reason, path, detail';

function counts(lake: Lake, options: ListDeadLettersOptions) {
  const from = `from lake.dead_letters ${where(options)}`;
  return query(lake, `select reason, stream, count(*) as dead_letters ${from} group by all order by 3 desc, 1, 2`);
}

function hinted(result: LakeResult): QueryResult {
  for (const hint of result.hints) process.stderr.write(`weir dlq list: ${hint}\n`);
  return result;
}

async function read({ columns, rows }: QueryResult) {
  const all: (readonly CellValue[])[] = [];
  for await (const some of rows) all.push(...some);
  return { columns, rows: all };
}

function where({ stream, reason }: ListDeadLettersOptions): string {
  const conditions = [
    ...(stream === undefined ? [] : [`stream = ${literal(stream)}`]),
    ...(reason === undefined ? [] : [`reason = ${literal(reason)}`]),
  ];
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
