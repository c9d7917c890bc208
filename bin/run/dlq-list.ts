import { allRows, letterRelations } from '../../lib/local/dead-letters/letter-relations.ts';
import { tableOutput } from '../../lib/local/display/table-output.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { type LakeResult, type QueryResult, query } from '../../lib/local/query/query.ts';
import { jsonOutput, oneChunk } from '../../lib/local/query/query-output.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';
import { type LetterSelection, letterFilter } from './dlq-selection.ts';

export interface ListDeadLettersOptions extends Partial<Settings>, LetterSelection {
  readonly all?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** `weir dlq list`. Returns the exit code. @throws UsageError */
export async function listDeadLetters({ contracts }: LocatedProject, options: ListDeadLettersOptions): Promise<number> {
  const { dataDir } = effectiveSettings(options, contracts);
  const lake = localLake(dataFolder(dataDir), contracts);
  const { all, open } = await letterRelations(lake, letterFilter(options));
  const letters = options.all ? all : open;
  const newest = (columns: string) =>
    query(lake, `select ${columns} from ${letters} ${NEWEST_FIRST} limit ${options.limit}`);
  if (options.json) {
    await print(jsonOutput(hinted(await newest('*'))));
    return 0;
  }
  const counted = hinted(
    await query(
      lake,
      `select reason, stream, count(*) as dead_letters from ${letters} group by all order by 3 desc, 1, 2`,
    ),
  );
  const rows = await allRows(counted);
  if (rows.length === 0) {
    process.stdout.write(options.all ? 'no dead letters\n' : 'no open dead letters\n');
    return 0;
  }
  await print(tableOutput({ ...counted, rows: oneChunk(rows) }, outputWidth()));
  process.stdout.write('\n');
  await print(tableOutput(await newest(options.all ? `${SHOWN}, is_open` : SHOWN), outputWidth()));
  return 0;
}

const NEWEST_FIRST = 'order by ingested_at desc, topic, kafka_partition, kafka_offset desc';
const SHOWN = 'ingested_at, stream, kafka_partition, kafka_offset, reason, path, detail';

function hinted(result: LakeResult): QueryResult {
  for (const hint of result.hints) process.stderr.write(`weir dlq list: ${hint}\n`);
  return result;
}
