/** The beginning of a stream, and the whole stream including its beginning. */
export interface Ahead {
  readonly head: Buffer;
  readonly all: AsyncIterable<Buffer>;
}

/**
 * Reads ahead until `isEnough`, or the end of the stream. Never waits for more than needed, because a pipe may be slow.
 */
export async function ahead(chunks: AsyncIterable<Buffer>, isEnough: (head: Buffer) => boolean): Promise<Ahead> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let isOver = false;
  while (!isOver && !isEnough(head)) {
    const next = await iterator.next();
    if (next.done === true) isOver = true;
    else head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      while (!isOver) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}
