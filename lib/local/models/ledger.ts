import { stat } from 'node:fs/promises';
import { systemCode } from '../../adapters/embedded/file-trouble.ts';
import type { QueryPorts } from '../../api/query-routes.ts';
import { LEDGER, type LedgerRow } from '../model-status.ts';

/** The ledger's rows. Times are SQL's text, in UTC. */
export interface Ledger {
  /** Null while there is no file. */
  readonly readAtMs: number | null;
  /** Rows of `LEDGER`. */
  readonly summaries: readonly LedgerRow[];
  /** The last runs of each model, the newest hour first. */
  readonly runs: readonly LedgerRow[];
  /** Rows that break a test, the newest hour first. */
  readonly broken: readonly LedgerRow[];
}

export interface LedgerOptions {
  /** The warehouse's DuckDB file, which may not exist. */
  readonly file: string;
  readonly query: QueryPorts['query'];
  readonly nowMs: () => number;
  /** Whether the models run in this process, which locks the file. */
  readonly isLocked: () => boolean;
}

const MAX_HOURS_OF_MODEL = 24;
const MAX_BROKEN_OF_MODEL = 100;
/** Longer texts of a broken row are truncated. */
const MAX_ROW_CHARACTERS = 2000;
const MAX_ROWS = 10_000;

/** Everything in one statement, because each needs a process. */
const LEDGER_PARTS = `
  with last_runs as (
    select *, row_number() over (partition by model order by hour_start desc, outcome) as place
    from ops.runs where hour_start is not null
  ),
  last_broken as (
    select *, row_number() over (partition by model order by hour_start desc, test, row_text) as place
    from ops.test_results
  )
  select 'summary' as part, cast(to_json(summaries) as varchar) as body, 0 as place from (${LEDGER}) as summaries
  union all
  select 'run', cast(to_json({
    'model': model, 'hour': cast(hour_start as varchar), 'outcome': outcome, 'row_count': row_count,
    'ran_at': cast(date_trunc('second', ran_at) as varchar), 'error': error
  }) as varchar), place from last_runs where place <= ${MAX_HOURS_OF_MODEL}
  union all
  select 'broken', cast(to_json({
    'model': model, 'hour': cast(hour_start as varchar), 'test': test, 'broken_rows': broken_rows,
    'row': left(row_text, ${MAX_ROW_CHARACTERS})
  }) as varchar), place from last_broken where place <= ${MAX_BROKEN_OF_MODEL}
  order by part, place`;

/**
 * Reads the ledger in a process of its own, and again only after the warehouse's file has changed. While the file is
 * locked by a run, the answer is the last one; null before the first.
 */
export function ledgerReader({ file, query, nowMs, isLocked }: LedgerOptions): () => Promise<Ledger | null> {
  let last: { readonly stamp: string; readonly ledger: Ledger } | undefined;
  let reading: Promise<Ledger | null> | undefined;

  async function read(stamp: string): Promise<Ledger | null> {
    const answer = await query({ sql: LEDGER_PARTS, maxRows: MAX_ROWS, signal: new AbortController().signal });
    if ('rows' in answer) last = { stamp, ledger: ledgerOf(answer.rows, nowMs()) };
    // The file exists before its first table.
    else if ('refused' in answer && /does not exist/.test(answer.refused)) last = { stamp, ledger: noLedger(nowMs()) };
    else if ('refused' in answer) throw new Error(`the models' ledger cannot be read: ${answer.refused}`);
    return last?.ledger ?? null;
  }

  return async () => {
    const stamp = await stampOf(file);
    if (stamp === null) return noLedger(null);
    if (last?.stamp === stamp || isLocked()) return last?.ledger ?? null;
    reading ??= read(stamp).finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

/** Changes with every run that has written something; null if there is no file. */
async function stampOf(file: string): Promise<string | null> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

const noLedger = (readAtMs: number | null): Ledger => ({ readAtMs, summaries: [], runs: [], broken: [] });

function ledgerOf(rows: readonly (readonly unknown[])[], readAtMs: number): Ledger {
  const part = (name: string): readonly LedgerRow[] =>
    rows.filter(([found]) => found === name).map(([, body]) => JSON.parse(String(body)));
  return { readAtMs, summaries: part('summary'), runs: part('run'), broken: part('broken') };
}
