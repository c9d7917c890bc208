import { type ShapedField, tokenValue } from '../field-shapes.ts';

/** A column by its distinct values. */
export interface DistinctColumn {
  /** For each event, the index of its value. */
  readonly ids: readonly number[];
  readonly values: readonly unknown[];
}

const MIN_SLOTS = 256;
const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5;

/**
 * Collects a column. Values that shapes found are recognised by their bytes, which are hashed where they are: a text is
 * made once for each distinct value, not for each event. Different texts of one value have the same index.
 * @param bytes all positions are in it.
 */
export function distinctValues(bytes: Buffer, read: ShapedField['read'] | undefined) {
  const ids: number[] = [];
  const values: unknown[] = [];
  const idOfValue = new Map<unknown, number>();
  // Open addressing, at most half full: in each slot the number of a text plus 1.
  let slots = new Int32Array(MIN_SLOTS);
  const texts = { starts: [] as number[], ends: [] as number[], hashes: [] as number[], ids: [] as number[] };

  function idOf(value: unknown): number {
    const known = idOfValue.get(value);
    if (known !== undefined) return known;
    idOfValue.set(value, values.length);
    return values.push(value) - 1;
  }

  function slotOf(hash: number, start: number, end: number): number {
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const text = (slots[slot] as number) - 1;
      if (
        text < 0 ||
        (texts.hashes[text] === hash && isSame(bytes, texts.starts[text], texts.ends[text], start, end))
      ) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  function grow(): void {
    slots = new Int32Array(slots.length * 2);
    for (const [text, hash] of texts.hashes.entries()) {
      slots[slotOf(hash, texts.starts[text] as number, texts.ends[text] as number)] = text + 1;
    }
  }

  return {
    column: { ids, values } satisfies DistinctColumn,
    addValue: (value: unknown) => {
      ids.push(idOf(value));
    },
    addText: (start: number, end: number) => {
      const hash = hashOf(bytes, start, end);
      const slot = slotOf(hash, start, end);
      const known = (slots[slot] as number) - 1;
      if (known >= 0) {
        ids.push(texts.ids[known] as number);
        return;
      }
      const id = idOf(read?.(tokenValue(bytes, start, end)));
      ids.push(id);
      texts.starts.push(start);
      texts.ends.push(end);
      texts.hashes.push(hash);
      slots[slot] = texts.ids.push(id);
      if (texts.ids.length * 2 > slots.length) grow();
    },
  };
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = FNV_BASIS;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  return hash;
}

function isSame(bytes: Buffer, from = 0, to = 0, start = 0, end = 0): boolean {
  if (to - from !== end - start) return false;
  for (let at = start, other = from; at < end; at++, other++) if (bytes[at] !== bytes[other]) return false;
  return true;
}
