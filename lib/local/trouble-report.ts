import { PermanentError } from '../pipeline/permanent-error.ts';

/** A notice about a running pipeline. */
export interface Notice {
  /** `trouble` is retried; `stopped` needs an operator to act. */
  readonly kind: 'trouble' | 'recovered' | 'stopped';
  /** What is retried: `topic orders: delivering kafka partition 0, offsets 5 to 20`. */
  readonly what: string;
  /** The error's message; empty for a recovery. */
  readonly message: string;
  /** The earlier notice that this one replaces. */
  readonly replaces?: string;
}

/** Reports consecutive equal errors once, and the recovery. */
export interface TroubleReport {
  failed(what: string, error: unknown): void;
  succeeded(): void;
}

export function troubleReport(notify: (notice: Notice) => void): TroubleReport {
  let reported: Notice | null = null;
  return {
    failed(what, error) {
      const message = error instanceof Error ? error.message : String(error);
      if (reported !== null && sameTrouble(reported.message) === sameTrouble(message)) return;
      const replaces = reported?.what;
      reported = { kind: error instanceof PermanentError ? 'stopped' : 'trouble', what, message };
      notify({ ...reported, ...(replaces !== undefined && replaces !== what && { replaces }) });
    },
    succeeded() {
      if (reported === null) return;
      notify({ kind: 'recovered', what: reported.what, message: '' });
      reported = null;
    },
  };
}

/** Masks names of temporary files, offsets and times, which differ between attempts. */
function sameTrouble(message: string): string {
  return message.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+/g, '#');
}
