import { useEffect, useRef, useState } from 'preact/hooks';
import type { TextPosition } from '../../../lib/api/api-error.ts';
import { post, RefusalError } from '../../ask.ts';
import type { SqlResult } from '../../model/sql-result.ts';

/** What became of the statement that was run last. */
export type QueryState =
  | { readonly step: 'idle' | 'running' | 'cancelled' }
  | { readonly step: 'done'; readonly result: SqlResult }
  | { readonly step: 'failed'; readonly message: string; readonly position: TextPosition | null };

/** Runs one statement at a time. Leaving the page cancels it, and so does `cancel`: the server then ends the query. */
export function useQuery() {
  const [state, setState] = useState<QueryState>({ step: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (sql: string) => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setState({ step: 'running' });
    const ended = await answerTo(sql, own.signal);
    // A statement that was run meanwhile shows its own state.
    if (running.current === own) setState(ended);
  };
  return { state, run, cancel: () => running.current?.abort() };
}

async function answerTo(sql: string, signal: AbortSignal): Promise<QueryState> {
  try {
    return { step: 'done', result: await post<SqlResult>('/query', JSON.stringify({ sql }), signal) };
  } catch (error) {
    if (signal.aborted) return { step: 'cancelled' };
    const message = error instanceof Error ? error.message : String(error);
    return { step: 'failed', message, position: error instanceof RefusalError ? error.position : null };
  }
}
