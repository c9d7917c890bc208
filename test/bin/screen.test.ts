import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { screen } from '../../bin/screen.ts';
import type { StreamStatus } from '../../lib/api/stream-status.ts';

const NOW = Date.UTC(2026, 0, 31, 13);
const status = (eventsIn: number): StreamStatus => ({
  stream: 'shop.purchases',
  topic: 'shop.purchases',
  eventsIn,
  rows: 0,
  deadLetters: 0,
  lag: eventsIn,
  newestMs: null,
});

/** What a terminal of that size shows of what is written: it knows the few escapes that move the cursor and clear. */
function terminal(columns: number, rows: number) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  stream.on('data', (chunk: Buffer) => {
    for (const [, count, kind, text] of chunk
      .toString()
      .replaceAll('\u001b', '␛')
      .matchAll(/␛\[\??(\d*)([A-Za-z])|([^␛])/gu)) {
      const n = Number(count || 1);
      if (text === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= '';
      } else if (text === '\r') column = 0;
      else if (text !== undefined) {
        lines[row] =
          `${(lines[row] ?? '').padEnd(column).slice(0, column)}${text}${(lines[row] ?? '').slice(column + 1)}`;
        column += 1;
      } else if (kind === 'A') row = Math.max(0, row - n);
      else if (kind === 'B') row += n;
      else if (kind === 'G') column = count === '' ? 0 : n - 1;
      else if (kind === 'K') lines[row] = count === '2' ? '' : (lines[row] ?? '').slice(0, column);
      else if (kind === 'J') {
        lines[row] = (lines[row] ?? '').slice(0, column);
        lines.length = row + 1;
      } else if (kind !== 'h' && kind !== 'l') throw new Error(`unknown escape ${count}${kind}`);
    }
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    shown: () => lines.map((line) => line.trimEnd()).filter((line) => line !== ''),
  };
}

describe('the screen of a running pipeline', () => {
  it('has one table, which changes where it stands, below the lines that stay', () => {
    const { stream, shown } = terminal(100, 40);
    const display = screen(stream);
    display.say('first');
    display.status([status(1)], NOW);
    display.status([status(22_222)], NOW);
    display.say('trouble');
    display.status([status(3)], NOW);
    expect(shown()).toEqual([
      'first',
      'trouble',
      expect.stringMatching(/^stream +events in/),
      expect.stringMatching(/^shop\.purchases +3 +0 +0 +3 /),
      expect.stringMatching(/^all +3 /),
    ]);
    display.end();
    display.say('stopped');
    expect(shown().at(-1)).toBe('stopped');
    expect(shown()).toHaveLength(6);
  });

  it('is lines where the output is no terminal, each when something has changed', () => {
    const { stream, shown } = terminal(100, 40);
    const display = screen(Object.assign(stream, { isTTY: false }));
    display.status([status(1)], NOW);
    display.status([status(1)], NOW);
    display.status([status(2)], NOW);
    expect(shown()).toHaveLength(2);
  });
});
