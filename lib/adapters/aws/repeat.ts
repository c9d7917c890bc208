import { setTimeout as sleep } from 'node:timers/promises';
import { awsCode, httpStatus } from './aws-trouble.ts';

/** On top of the SDK's own attempts, which do not include conflicts and answers that break off in the body. */
const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 100;

const CONFLICTS = new Set(['ConditionalRequestConflict', 'OperationAborted']);
const BROKEN_CONNECTIONS = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'TimeoutError',
  'AbortError',
]);

/** Repeats a request that failed for a passing reason, after growing pauses: 1.5 s together at most, then it throws. */
export async function repeated<T>(request: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      if (tries === MAX_TRIES || !isPassing(error)) throw error;
      await sleep(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
    }
  }
}

/** A conflict with a request at the same time, an error of the server, too many requests, or no whole answer at all. */
function isPassing(error: unknown): boolean {
  const status = httpStatus(error);
  const code = awsCode(error);
  if (CONFLICTS.has(code) || BROKEN_CONNECTIONS.has(code)) return true;
  return status !== undefined && (status >= 500 || status === 429);
}
