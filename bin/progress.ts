import { count, duration } from '../lib/local/display/status-lines.ts';

/** Reports the progress of a task, from its third second on. */
export interface Progress {
  /** Reports how much is done; may be called at any rate. */
  at(done: number): void;
  /** Clears the line. */
  end(): void;
}

export interface ProgressOptions {
  readonly output: NodeJS.WriteStream;
  readonly unit: string;
  readonly nowMs: () => number;
  /** From 0 to 1; null if the total is unknown. */
  readonly fraction: (done: number) => number | null;
}

const FIRST_MS = 2000;
const LIVE_MS = 500;
const PLAIN_MS = 5000;
const CLEAR_LINE = '\r\u001b[K';

/** One line updated in place on a terminal, else a line every five seconds. */
export function progress({ output, unit, nowMs, fraction }: ProgressOptions): Progress {
  const startMs = nowMs();
  const everyMs = output.isTTY ? LIVE_MS : PLAIN_MS;
  let nextMs = startMs + FIRST_MS;
  let shown = false;
  return {
    at(done) {
      const now = nowMs();
      if (now < nextMs) return;
      nextMs = now + everyMs;
      const line = progressLine(unit, done, now - startMs, fraction(done));
      output.write(output.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
      shown = true;
    },
    end() {
      if (shown && output.isTTY) output.write(CLEAR_LINE);
      shown = false;
    },
  };
}

/** The progress of a task over hours, which reports their total as it runs. */
export function hoursProgress(output: NodeJS.WriteStream, nowMs: () => number) {
  let all = 1;
  const { at, end } = progress({ output, unit: 'hours', nowMs, fraction: (done) => done / all });
  const onProgress = ({ done, of }: { readonly done: number; readonly of: number }) => {
    all = of;
    at(done);
  };
  return { onProgress, end };
}

/** `12,000 lines, 4,000 a second, 25 %, about 9 s left` */
export function progressLine(unit: string, done: number, elapsedMs: number, fraction: number | null): string {
  const perSecond = Math.round((done * 1000) / Math.max(1, elapsedMs));
  const rate = `${count(done)} ${unit}, ${count(perSecond)} a second`;
  if (fraction === null || fraction <= 0) return rate;
  const leftMs = (elapsedMs * (1 - Math.min(1, fraction))) / fraction;
  return `${rate}, ${Math.floor(Math.min(1, fraction) * 100)} %, about ${duration(leftMs)} left`;
}
