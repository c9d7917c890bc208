import type { FieldType } from '../../contracts/contract.ts';
import { unscaled } from '../../contracts/exact-decimal.ts';
import { epochMs } from '../timestamps.ts';

/**
 * A field's value as the whole number that stores keep: decimals in their smallest unit, timestamps in microseconds since
 * 1970, doubles by a number that sorts as they do. Null stays null.
 */
export function measuredValue(type: FieldType, value: unknown): bigint | null {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'integer':
    case 'bigint':
      return BigInt(value as number);
    case 'decimal':
      return unscaled(String(value), type.scale);
    case 'timestamp':
      return microseconds(String(value));
    case 'double':
      return sortableBits(value as number);
    default:
      throw new Error(`a metric cannot measure a ${type.kind}`);
  }
}

/** What a measured value means, as JSON shows it: decimals and timestamps as text, numbers that a double cannot hold, too. */
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

function microseconds(canonical: string): bigint {
  return BigInt(epochMs(canonical)) * 1000n + BigInt(canonical.slice(23, 26));
}

function canonicalMicroseconds(value: bigint): string {
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

/** The bits of a double as a signed number; those of negative ones descend, so they are turned around. */
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
