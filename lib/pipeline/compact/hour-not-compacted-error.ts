import { PermanentError } from '../permanent-error.ts';

/** An hour stays as it is, and readers see all of it, until a person has done what the message says. */
export class HourNotCompactedError extends PermanentError {
  override readonly name = 'HourNotCompactedError';
}
