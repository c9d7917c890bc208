import { PermanentError } from '../permanent-error.ts';

/** The hour stays unchanged and fully visible to readers, until an operator has done what the message says. */
export class HourNotCompactedError extends PermanentError {
  override readonly name = 'HourNotCompactedError';
}
