import { createLogUpdate } from 'log-update';
import type { StreamStatus } from '../lib/api/stream-status.ts';
import { statusLine, statusTable } from '../lib/local/display/status-lines.ts';

/** Where a long-running command shows its status. */
export interface Screen {
  /** Shows this status in place of the previous one. */
  status(streams: readonly StreamStatus[], nowMs: number): void;
  /** Prints a permanent line. */
  say(line: string): void;
  /** Keeps the current status on screen; later output appears below it. */
  end(): void;
  /** Milliseconds between two calls of `status`. */
  readonly everyMs: number;
}

/** Falls back to lines without a terminal, or if it has too few rows for the table. */
export function screen(output: NodeJS.WriteStream): Screen {
  return output.isTTY && output.rows > 18 ? liveScreen(output) : plainScreen(output);
}

/** Redraws the table in place. */
function liveScreen(output: NodeJS.WriteStream): Screen {
  // The cursor is not hidden: it would have to be restored however the process ends.
  const table = createLogUpdate(output, { showCursor: true });
  let shown = '';
  return {
    everyMs: 500,
    status(streams, nowMs) {
      shown = statusTable(streams, nowMs, output.columns - 1).join('\n');
      table(shown);
    },
    say(line) {
      table.clear();
      output.write(`${line}\n`);
      if (shown !== '') table(shown);
    },
    end() {
      table.done();
      shown = '';
    },
  };
}

/** Prints a line when something has changed. */
function plainScreen(output: NodeJS.WriteStream): Screen {
  let last = '';
  return {
    everyMs: 3000,
    status(streams) {
      const line = statusLine(streams);
      if (line !== last) output.write(`${line}\n`);
      last = line;
    },
    say: (line) => output.write(`${line}\n`),
    end: () => {},
  };
}
