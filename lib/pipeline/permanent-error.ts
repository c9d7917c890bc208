/**
 * Retrying is useless until an operator has fixed the cause; the message says how. A long-running process may keep
 * retrying; a one-shot command need not wait.
 */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}
