import { setTimeout as sleep } from 'node:timers/promises';
import { awsCode, httpStatus } from './aws-trouble.ts';

/** In addition to the SDK's own retries, which do not cover conflicts and responses that break off in the body. */
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

/** Retries a request that failed for a transient reason, after growing pauses of 1.5 s in total; then throws. */
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

/** A conflict with a concurrent request, a server error, throttling, or an incomplete response. */
function isPassing(error: unknown): boolean {
  const status = httpStatus(error);
  const code = awsCode(error);
  if (CONFLICTS.has(code) || BROKEN_CONNECTIONS.has(code)) return true;
  return status !== undefined && (status >= 500 || status === 429);
}
