import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, readRawLines } from '../../../lib/local/event-files/read-events.ts';

async function* inChunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

type Read = typeof readEvents;
async function events(
  content: string | Buffer,
  { chunkBytes = 7, maxBytes = 1_000_000, read = readEvents as Read } = {},
) {
  const found: [number, string | null][] = [];
  for await (const { line, text } of read(inChunks(Buffer.from(content), chunkBytes), maxBytes)) {
    found.push([line, text === null ? null : Buffer.from(text).toString()]);
  }
  return found;
}
/** Parsed, so that white space within them does not count. */
const parsed = async (content: string | Buffer, chunkBytes = 7) =>
  (await events(content, { chunkBytes })).map(([line, text]) => [line, JSON.parse(text ?? 'null')]);

const A = { id: 'a', tags: ['x', { y: '}]"\\' }] };
const B = { id: 'b', text: '[{,' };

describe('the events of a file', () => {
  it.each<[string, string, readonly (readonly [number, unknown])[]]>([
    [
      'lines',
      `${JSON.stringify(A)}\n${JSON.stringify(B)}`,
      [
        [1, A],
        [2, B],
      ],
    ],
    [
      'one list',
      JSON.stringify([A, B]),
      [
        [1, A],
        [1, B],
      ],
    ],
    [
      'an indented list',
      JSON.stringify([A, B], null, 2),
      [
        [2, A],
        [11, B],
      ],
    ],
    [
      'a list of a line for each',
      `[\n${JSON.stringify(A)},\n${JSON.stringify(B)}\n]\n`,
      [
        [2, A],
        [3, B],
      ],
    ],
    [
      'a list a line',
      `${JSON.stringify([A])}\n${JSON.stringify([B])}\n`,
      [
        [1, A],
        [2, B],
      ],
    ],
    [
      'indented objects',
      [A, B].map((one) => JSON.stringify(one, null, 2)).join('\n'),
      [
        [1, A],
        [10, B],
      ],
    ],
    ['one indented object', JSON.stringify(A, null, '\t'), [[1, A]]],
    [
      'objects on one line',
      `${JSON.stringify(A)} ${JSON.stringify(B)}`,
      [
        [1, A],
        [1, B],
      ],
    ],
    [
      'lines that end with commas',
      `${JSON.stringify(A)},\n${JSON.stringify(B)},\n`,
      [
        [1, A],
        [2, B],
      ],
    ],
    ['an empty list', '[]', []],
    ['nothing', '', []],
    ['white space', ' \n\t\n', []],
  ])('may be %s', async (_, content, expected) => {
    for (const chunkBytes of [1, 7, 10_000]) expect(await parsed(content, chunkBytes)).toEqual(expected);
    expect(await parsed(gzipSync(content))).toEqual(expected);
    expect(await parsed(`\uFEFF${content}`)).toEqual(expected);
  });

  it('are not lines of spaces, nor the byte-order marks of files that were joined', async () => {
    expect(await events('{"a":1}\n   \n\t\r\n\uFEFF{"a":2}\n\uFEFF\n{"a":3}')).toEqual([
      [1, '{"a":1}'],
      [4, '{"a":2}'],
      [6, '{"a":3}'],
    ]);
  });

  it('are lines where one is broken, so that the others are read', async () => {
    const broken = ['{"a":', '{"a":1}', '{"b', '{"a":2}'];
    expect(await events(broken.join('\n'))).toEqual(broken.map((text, index) => [index + 1, text]));
    expect(await events('{"a":\n{"b":\n')).toEqual([
      [1, '{"a":'],
      [2, '{"b":'],
    ]);
    expect(await events('nonsense\n{"a":1}')).toEqual([
      [1, 'nonsense'],
      [2, '{"a":1}'],
    ]);
    expect(await events('{"a":')).toEqual([[1, '{"a":']]);
  });

  it('that are no objects come as they are, also out of a list: refusing them is for others', async () => {
    expect(await events('[1, "a, ]", {"a":}, true]')).toEqual([
      [1, '1'],
      [1, '"a, ]"'],
      [1, '{"a":}'],
      [1, 'true'],
    ]);
  });

  it('longer than the limit come without their text, and the next one as it is', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(100) });
    expect(await events(`[${long},{"a":1}]`, { maxBytes: 50 })).toEqual([
      [1, null],
      [1, '{"a":1}'],
    ]);
    expect(await events(`${long}\n{"a":1}`, { maxBytes: 50 })).toEqual([
      [1, null],
      [2, '{"a":1}'],
    ]);
  });

  it.each([
    [
      'a list',
      '[{"a":1},\n{"a":2},\n',
      2,
      /the list that begins on line 1 has no end: expected "\]", found the end of the file/,
    ],
    ['an event', '[{"a":1},\n\n{"a":"2', 1, /the value that begins on line 3 has no end/],
    ['an indented object', '{\n  "a": 1,\n  "b": {', 0, /the value that begins on line 1 has no end/],
  ])(
    'of a file that is cut off within %s come before the error, which names the line',
    async (_, content, before, error) => {
      const found: unknown[] = [];
      const reading = (async () => {
        for await (const one of readEvents(inChunks(Buffer.from(content), 5))) found.push(one);
      })();
      await expect(reading).rejects.toThrow(error);
      expect(found).toHaveLength(before);
    },
  );

  it.each([
    ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), /found UTF-16 text: convert it/],
    ['a zip archive', Buffer.from('504b030414000000', 'hex'), /found a zip archive: unpack it/],
    ['zstd', Buffer.from('28b52ffd04000000', 'hex'), /found compressed by zstd/],
    ['Parquet', Buffer.from('PAR1rest'), /found a Parquet file/],
  ])('are not looked for in %s, which is called by its name', async (_, content, error) => {
    await expect(events(content)).rejects.toThrow(error);
  });

  it('of a slow pipe come as soon as their line has ended', async () => {
    async function* slow(): AsyncGenerator<Buffer> {
      yield Buffer.from('{"a":1}\n{"a');
      await new Promise(() => undefined);
    }
    const { value } = await readEvents(slow()).next();
    expect(value?.line).toBe(1);
  });

  it('are those that were written, whatever the layout and however the bytes are cut', async () => {
    const event = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { minKeys: 1 });
    const layout = fc.constantFrom<(events: readonly unknown[]) => string>(
      (list) => list.map((one) => JSON.stringify(one)).join('\n'),
      (list) => JSON.stringify(list),
      (list) => JSON.stringify(list, null, 2),
      (list) => list.map((one) => JSON.stringify(one, null, 2)).join('\n'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 6 }),
        layout,
        fc.integer({ min: 1, max: 40 }),
        async (list, text, size) => {
          const found = await parsed(text(list), size);
          expect(found.map(([, one]) => one)).toEqual(list.map((one) => JSON.parse(JSON.stringify(one))));
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('raw lines are as they are, but for gzip and empty ones', async () => {
  const lines = ['[1,', '  ', '{"a":', ''];
  for (const content of [lines.join('\n'), gzipSync(lines.join('\n'))]) {
    expect(await events(content, { read: readRawLines })).toEqual([
      [1, '[1,'],
      [2, '  '],
      [3, '{"a":'],
    ]);
  }
});
