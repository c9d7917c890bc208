import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventText } from '../../../lib/local/event-files/read-events.ts';
import { textLines } from '../../../lib/local/event-files/text-lines.ts';

async function* inChunks(text: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let begin = 0;
  for (const size of sizes) {
    yield text.subarray(begin, begin + size);
    begin += size;
  }
  yield text.subarray(begin);
}

async function linesOf(
  text: string,
  sizes: readonly number[] = [],
  maxLineBytes = 1000,
): Promise<readonly EventText[]> {
  const lines: EventText[] = [];
  for await (const line of textLines(inChunks(Buffer.from(text), sizes), maxLineBytes)) lines.push(line);
  return lines;
}

const texts = (lines: readonly EventText[]) => lines.map(({ line, text }) => [line, text?.toString()]);

describe('the lines of a text', () => {
  it('ends lines with LF and CRLF, and the last one with the stream', async () => {
    expect(texts(await linesOf('a\r\nb\nc'))).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
  });

  it('passes over empty lines and counts them', async () => {
    expect(texts(await linesOf('\n\r\na\n\n\nb\n'))).toEqual([
      [3, 'a'],
      [6, 'b'],
    ]);
    expect(await linesOf('')).toEqual([]);
  });

  it('leaves out a byte order mark in front of the first line only', async () => {
    expect(texts(await linesOf('\uFEFFa\n\uFEFFb\n'))).toEqual([
      [1, 'a'],
      [2, '\uFEFFb'],
    ]);
  });

  it('gives a line of exactly the limit, and refuses one byte more without losing the next', async () => {
    const lines = await linesOf(`${'x'.repeat(10)}\r\n${'y'.repeat(11)}\n${'z'.repeat(5000)}\r\nlast\n`, [], 10);
    expect(texts(lines)).toEqual([
      [1, 'x'.repeat(10)],
      [2, undefined],
      [3, undefined],
      [4, 'last'],
    ]);
  });

  it('gives the same lines however the bytes are cut into chunks', async () => {
    const line = fc.oneof(fc.constantFrom('', 'ü', '{"a":1}', '\r'), fc.string({ unit: 'binary', maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
        async (lines, sizes) => {
          const text = lines.join('\n');
          expect(texts(await linesOf(text, sizes, 20))).toEqual(texts(await linesOf(text, [], 20)));
        },
      ),
      { numRuns: 100 },
    );
  });
});
