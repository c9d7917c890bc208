import type {
  AskedLetters,
  DeadLetterPorts,
  LetterGroup,
  LetterRow,
  ReplayedLetter,
  WholeLetter,
} from '../../api/dead-letter-routes.ts';
import type { LetterBatch } from '../../pipeline/replay/letter.ts';
import type { ReplayedBatch } from '../../pipeline/replay/replay.ts';
import type { FillOptions } from '../fill-metrics.ts';
import type { LiveMetrics } from '../live-metrics.ts';
import { localLake } from '../query/local-lake.ts';
import { type Lake, query } from '../query/query.ts';
import type { CellValue } from '../query/query-value.ts';
import { type RecountOptions, recountAmended } from '../recount-metrics.ts';
import { allRows, letterRelations } from './letter-relations.ts';
import { countLetters, type LetterReplay, refinedFrom, replayLetters } from './replay-letters.ts';

export interface LocalDeadLettersOptions
  extends FillOptions,
    RecountOptions,
    Pick<LetterReplay, 'clock' | 'store' | 'refinements'> {
  readonly settings: FillOptions['settings'] & RecountOptions['settings'] & LetterReplay['settings'];
  readonly live: LiveMetrics;
}

const MAX_GROUPS = 200;
const MAX_SHOWN = 50;

const UTC_TEXT = "strftime(ingested_at, '%Y-%m-%dT%H:%M:%S.%fZ')";
const COLUMNS = [
  ...['stream', 'topic', 'incarnation', 'kafka_partition', 'kafka_offset', `${UTC_TEXT} as ingested_at`],
  ...['reason', 'path', 'detail', 'is_open'],
];

/** The dead letters of a data folder whose pipeline runs in this process. */
export function localDeadLetters(options: LocalDeadLettersOptions): DeadLetterPorts['deadLetters'] {
  const { folder, contracts, live } = options;
  const lake = localLake(folder, contracts);
  return {
    async list(asked, { limit, all: isAll }) {
      const { all } = await letterRelations(lake, asked);
      const open = 'count(*) filter (is_open)';
      const groups = await objects<LetterGroup>(
        lake,
        `select stream, reason, path, ${open} as open, count(*) as letters,
           ${UTC_TEXT.replace('ingested_at', 'max(ingested_at)')} as newest
         from ${all} group by stream, reason, path order by ${open} desc, 5 desc, 1, 2, 3 limit ${MAX_GROUPS}`,
      );
      const letters = await objects<LetterRow>(
        lake,
        `select ${COLUMNS} from ${all} ${isAll ? '' : 'where is_open'}
         order by letters.ingested_at desc, topic, kafka_partition, kafka_offset desc limit ${limit}`,
      );
      return { groups, letters };
    },
    async whole(asked) {
      const { all } = await letterRelations(lake, asked);
      const columns = [...COLUMNS, 'key', 'payload', 'headers', 'contract_version'];
      return objects<WholeLetter>(lake, `select ${columns} from ${all} order by incarnation desc`);
    },
    async replay(asked: AskedLetters & { readonly stream: string }, isDry) {
      const contract = contracts.find(({ name }) => name === asked.stream);
      if (contract === undefined) return null;
      const letters = await letterRelations(lake, asked);
      const { rows } = await countLetters(lake, letters);
      const shown = firstLetters();
      const totals = await replayLetters({ ...options, lake, letters, isDry, onBatch: shown.add });
      const streams = [contract, ...refinedFrom(options.refinements, contract)];
      let uncounted = 0;
      for (const stream of isDry ? [] : streams) uncounted += await recountAmended(options, stream, live);
      return {
        ...{ made: totals.made, left: totals.left, by_others: totals.byOthers, rows_before: rows },
        ...{ refined_rows: totals.refinedRows, unrefined: totals.unrefined.length },
        ...{ uncounted, letters: shown.letters() },
      };
    },
  };
}

/** The results of the first letters, with the reasons of those that are still rejected. */
function firstLetters() {
  const stay: ReplayedLetter[] = [];
  const made: ReplayedLetter[] = [];
  const add = (list: ReplayedLetter[], letters: readonly ReplayedLetter[]) =>
    list.push(...letters.slice(0, Math.max(0, MAX_SHOWN - list.length)));
  return {
    add({ kafkaPartition, letters }: LetterBatch, replayed: ReplayedBatch) {
      const row = ({ kafkaOffset, reason, path }: (typeof letters)[number], stays_because: string | null) => {
        return { kafka_partition: kafkaPartition, kafka_offset: kafkaOffset, reason, path, stays_because };
      };
      add(
        stay,
        replayed.left.slice(0, MAX_SHOWN).map(({ letter, why }) => row(letter, why)),
      );
      add(
        made,
        replayed.made.slice(0, MAX_SHOWN).map(({ letter }) => row(letter, null)),
      );
    },
    letters: () => [...stay, ...made].slice(0, MAX_SHOWN),
  };
}

/** Rows as objects. Counts and offsets are numbers, because no topic has 2^53 records. */
async function objects<T>(lake: Lake, sql: string): Promise<readonly T[]> {
  const result = await query(lake, sql);
  const value = (cell: CellValue | undefined, type: string) =>
    typeof cell === 'string' && /INT$/.test(type) ? Number(cell) : (cell ?? null);
  return (await allRows(result)).map(
    (row) => Object.fromEntries(result.columns.map(({ name, type }, at) => [name, value(row[at], type)])) as T,
  );
}
