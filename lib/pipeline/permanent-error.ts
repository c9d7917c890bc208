/**
 * Trying again does not help before a person has done something, which the message says. Whoever runs without end may go on trying
 * all the same; whoever wants to come to an end need not wait.
 */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
}
