import { expect, it } from 'vitest';
import { ahead } from '../../../lib/local/event-files/ahead.ts';

/** Chunks one after the other, with what was asked of them. */
function source(...texts: readonly string[]) {
  const asked = { chunks: 0, isClosed: false };
  async function* chunks() {
    try {
      for (const text of texts) {
        asked.chunks += 1;
        yield Buffer.from(text);
      }
    } finally {
      asked.isClosed = true;
    }
  }
  return { asked, chunks: chunks() };
}

async function textOf(all: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of all) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('looks at no more of a stream than it needs, and all of it still comes', async () => {
  const { asked, chunks } = source('ab', 'cd', 'ef');
  const { head, all } = await ahead(chunks, ({ length }) => length >= 3);
  expect([head.toString(), asked.chunks]).toEqual(['abcd', 2]);
  expect(await textOf(all)).toBe('abcdef');
});

it.each([[[]], [['a']]])('a stream that ends before it is enough is looked at whole: %j', async (texts) => {
  const { chunks } = source(...texts);
  const { head, all } = await ahead(chunks, () => false);
  expect(head.toString()).toBe(texts.join(''));
  expect(await textOf(all)).toBe(texts.join(''));
});

it('a stream that is left early is closed', async () => {
  const { asked, chunks } = source('ab', 'cd', 'ef');
  const { all } = await ahead(chunks, ({ length }) => length > 0);
  for await (const _ of all) break;
  expect(asked).toEqual({ chunks: 1, isClosed: true });
});
