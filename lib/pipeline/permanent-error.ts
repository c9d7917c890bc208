/**
 * Retrying is useless until an operator has acted; the message says what to do. A long-running process may keep
 * retrying; a one-shot command need not wait.
 */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}
