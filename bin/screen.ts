import { createLogUpdate } from 'log-update';
import type { StreamStatus } from '../lib/api/stream-status.ts';
import { statusLine, statusTable } from '../lib/local/display/status-lines.ts';

/** Where a long-running command shows how it stands. */
export interface Screen {
  /** Shows this status, in place of the one before. */
  status(streams: readonly StreamStatus[], nowMs: number): void;
  /** A line that stays. */
  say(line: string): void;
  /** Leaves what is shown where it stands: what is said from now on comes below. */
  end(): void;
  /** Milliseconds between two calls of `status`. */
  readonly everyMs: number;
}

/** A terminal that is too low for the table gets lines, too. */
export function screen(output: NodeJS.WriteStream): Screen {
  return output.isTTY && output.rows > 18 ? liveScreen(output) : plainScreen(output);
}

/** Redraws the table where it stands. */
function liveScreen(output: NodeJS.WriteStream): Screen {
  // A cursor that is hidden would have to be shown again however the process ends.
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

/** A line when something has changed. */
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
