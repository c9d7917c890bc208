import { statusLine, statusTable } from '../lib/local/status-lines.ts';
import type { StreamStatus } from '../lib/local/stream-status.ts';

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

const UP = (lines: number) => `\u001b[${lines}A`;
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Redraws the table where it stands. */
function liveScreen(output: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = [];
  const back = () => (shown.length === 0 ? '' : `\r${UP(shown.length)}`);
  const draw = (lines: readonly string[]) => lines.map((line) => `${line}${CLEAR_LINE}\n`).join('');
  return {
    everyMs: 500,
    status(streams, nowMs) {
      const lines = statusTable(streams, nowMs, output.columns - 1);
      output.write(`${back()}${draw(lines)}${CLEAR_BELOW}`);
      shown = lines;
    },
    say(line) {
      output.write(`${back()}${CLEAR_BELOW}${line}\n${draw(shown)}`);
    },
    end() {
      shown = [];
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
