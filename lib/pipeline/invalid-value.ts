import type { RejectionReason } from './outcome.ts';

/** What a reader returns instead of a field's value; a class, because values may be objects of any form. */
export class InvalidValue {
  readonly reason: RejectionReason;
  readonly detail: string;
  /** The path inside the value, dotted; empty for the value itself. */
  readonly path: string;

  constructor(reason: RejectionReason, detail: string, path = '') {
    this.reason = reason;
    this.detail = detail;
    this.path = path;
  }

  /** The same value with its path seen from the parent that holds it under this name. */
  inside(name: string | number): InvalidValue {
    return new InvalidValue(this.reason, this.detail, this.path === '' ? String(name) : `${name}.${this.path}`);
  }
}
