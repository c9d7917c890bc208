/** The command was called in a way that it cannot work; the message says what was expected. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
