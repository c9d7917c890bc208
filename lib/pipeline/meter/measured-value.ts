import type { FieldType } from '../../contracts/contract.ts';
import { unscaled } from '../../contracts/exact-decimal.ts';
import type { Merge } from '../metric-store.ts';
import { epochMs } from '../timestamps.ts';

/** A whole number: a safe integer, or a bigint beyond those. Folding numbers costs a tenth of folding bigints. */
export type Amount = number | bigint | null;

/**
 * A field's value as the whole number that stores keep: decimals in their smallest unit, timestamps in microseconds
 * since 1970, doubles as a number that sorts as they do. Null stays null.
 */
export function measuredAmount(type: FieldType, value: unknown): Amount {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'integer':
    case 'bigint':
      return typeof value === 'number' ? value : BigInt(String(value));
    case 'decimal':
      return smallestUnits(String(value), type.scale);
    case 'timestamp':
      return microseconds(String(value));
    case 'double':
      return sortableBits(value as number);
    default:
      throw new Error(`a metric cannot measure a ${type.kind}`);
  }
}

export function measuredValue(type: FieldType, value: unknown): bigint | null {
  return wholeValue(measuredAmount(type, value));
}

/** The amount as stores keep it. */
export function wholeValue(amount: Amount): bigint | null {
  return amount === null ? null : BigInt(amount);
}

/** Null stands for a group without any value: it merges to the other one. */
export function mergeAmount(merge: Merge, left: Amount, right: Amount): Amount {
  if (left === null || right === null) return left ?? right;
  switch (merge) {
    case 'add':
      return sum(left, right);
    case 'least':
      return left < right ? left : right;
    case 'greatest':
      return left > right ? left : right;
    default:
      return merge satisfies never;
  }
}

function sum(left: number | bigint, right: number | bigint): number | bigint {
  if (typeof left === 'number' && typeof right === 'number') {
    const added = left + right;
    if (Number.isSafeInteger(added)) return added;
  }
  return BigInt(left) + BigInt(right);
}

/** A number if it is a safe integer: folding those is cheaper. */
function smallestUnits(text: string, scale: number): number | bigint {
  const units = unscaled(text, scale);
  return Number.isSafeInteger(Number(units)) ? Number(units) : units;
}

/** A measured value as JSON shows it: decimals, timestamps and numbers that a double cannot represent as text. */
export function shownValue(type: FieldType | null, value: bigint | null): number | string | null {
  if (value === null) return null;
  switch (type?.kind) {
    case 'decimal':
      return scaled(value, type.scale);
    case 'timestamp':
      return canonicalMicroseconds(value);
    case 'double':
      return fromSortableBits(value);
    default:
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
}

function microseconds(canonical: string): number | bigint {
  const [ms, belowMs] = [epochMs(canonical), Number(canonical.slice(23, 26))];
  const whole = ms * 1000 + belowMs;
  return Number.isSafeInteger(whole) ? whole : BigInt(ms) * 1000n + BigInt(belowMs);
}

/** The canonical timestamp of a time in microseconds since 1970. */
export function canonicalMicroseconds(value: bigint): string {
  const belowMs = ((value % 1000n) + 1000n) % 1000n;
  const iso = new Date(Number((value - belowMs) / 1000n)).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(belowMs).padStart(3, '0')}`;
}

function scaled(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const MAGNITUDE = (1n << 63n) - 1n;

/** The bits of a double as a signed number; those of negative doubles descend, so they are inverted. */
function sortableBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  return bits >= 0n ? bits : -(bits & MAGNITUDE);
}

function fromSortableBits(value: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, value >= 0n ? value : -value);
  const magnitude = view.getFloat64(0);
  return value >= 0n ? magnitude : -magnitude;
}
