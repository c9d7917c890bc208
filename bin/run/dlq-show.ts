import { allRows, letterRelations } from '../../lib/local/dead-letters/letter-relations.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localLake } from '../../lib/local/query/local-lake.ts';
import { query } from '../../lib/local/query/query.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { effectiveSettings } from '../setting-options.ts';

interface LetterPlace {
  readonly stream: string;
  readonly kafkaPartition: number;
  readonly kafkaOffset: number;
}

/** Returns the exit code: 1 if there is no such letter. If the topic was recreated, shows all letters at the position. */
export async function showDeadLetter(
  { contracts }: LocatedProject,
  { stream, ...place }: LetterPlace,
  options: Partial<Settings>,
): Promise<number> {
  const { dataDir } = effectiveSettings(options, contracts);
  const lake = localLake(dataFolder(dataDir), contracts);
  const { all } = await letterRelations(lake, { stream, place });
  const result = await query(lake, `select * exclude (dt, hour) from ${all} order by incarnation`);
  const rows = await allRows(result);
  if (rows.length === 0) {
    process.stderr.write(
      `weir dlq show: ${stream} has no dead letter of kafka partition ${place.kafkaPartition}, offset ${place.kafkaOffset}; ` +
        `weir dlq list --stream ${stream} lists them\n`,
    );
    return 1;
  }
  const width = Math.max(...result.columns.map(({ name }) => name.length));
  for (const row of rows) {
    const lines = result.columns.map(({ name }, index) => `${name.padEnd(width)}  ${cellText(row[index])}`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return 0;
}

const cellText = (cell: unknown) => (typeof cell === 'string' ? cell : JSON.stringify(cell));
