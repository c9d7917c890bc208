import type { Contract } from '../contracts/contract.ts';
import { isEventBy, type Shape, shape, shapeExpression } from '../derive/shape.ts';

/** The fast path to a verdict: accepts records by their text alone, and never rejects. */
export interface Shapes {
  /**
   * Matches the record that begins at `start` of a text of many, each followed by a line break: one long text costs
   * less than a short one for each record. If a record matches up to its line break, the contract's reader accepts it,
   * and DuckDB makes the same row of it as of its canonical line.
   * @param latin1Text the records' bytes, which must be valid UTF-8, as latin1.
   * @param latestEventDay the UTC day of the Kafka timestamp, `2026-01-31`: event times up to its end are accepted.
   * @returns where the record's line break is, or −1 for a record that the reader must decide.
   */
  endOfMatch(latin1Text: string, start: number, latestEventDay: string): number;
  /** Learns the key order of a record that the reader accepted. */
  learn(text: string): void;
}

/** Longer records are left to the reader: matching must not hold up a batch. */
export const MAX_SHAPE_BYTES = 64 * 1024;

const MAX_KEY_ORDERS = 16;

/** After this many texts without a new key order, only every `RARELY`th is examined. */
const EAGER_TEXTS = 64;
const RARELY = 64;

const NEVER: Shapes = { endOfMatch: () => -1, learn: () => undefined };

/** Returns the shape expressions of a contract, one for each key order seen so far, the latest seen first. */
export function shapes(contract: Contract): Shapes {
  const ofContract = shape(contract);
  return ofContract === undefined ? NEVER : learningShapes(contract, ofContract);
}

function learningShapes(contract: Contract, ofContract: Shape): Shapes {
  const isBy = isEventBy(contract);
  const { orders, learn } = keyOrders((keys) => shapeExpression(contract, ofContract, keys));
  return {
    endOfMatch: (text, start, latestEventDay) => {
      for (let index = 0; index < orders.length; index += 1) {
        const expression = orders[index] as RegExp;
        expression.lastIndex = start;
        // Not `exec`, whose results would be a third of a batch's garbage.
        if (!expression.test(text)) continue;
        const end = expression.lastIndex;
        if (index > 0) moveToFront(orders, index);
        return isBy(text, start, latestEventDay) && end - start <= MAX_SHAPE_BYTES ? end : -1;
      }
      return -1;
    },
    learn,
  };
}

/** Holds what is compiled for each key order of accepted records; orders that do not compile are left out. */
export function keyOrders<Compiled>(compile: (keys: readonly string[]) => Compiled | undefined) {
  const orders: Compiled[] = [];
  const known = new Set<string>();
  let learned = 0;
  return {
    orders,
    learn: (text: string) => {
      learned += 1;
      if (known.size >= MAX_KEY_ORDERS || text.length > MAX_SHAPE_BYTES) return;
      if (learned > EAGER_TEXTS && learned % RARELY !== 0) return;
      const keys = Object.keys(JSON.parse(text));
      const order = JSON.stringify(keys);
      if (known.has(order)) return;
      const compiled = compile(keys);
      if (compiled === undefined) return;
      known.add(order);
      orders.unshift(compiled);
    },
  };
}

function moveToFront<Order>(orders: Order[], index: number): void {
  orders.unshift(...orders.splice(index, 1));
}
