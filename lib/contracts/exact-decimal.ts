/**
 * A decimal's exact text as a whole number of its smallest unit: `('192.30', 2)` → `19230n`. Rules calculate with it,
 * because decimals as floating-point numbers are not exact (64.1 × 3 is 192.29999999999998).
 * @param text a decimal as an event holds it, with at most `scale` digits after the point.
 */
export function unscaled(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

/** Whether two exact amounts, in the same smallest unit, differ by at most `tolerance` units. */
export function isWithinTolerance(tolerance: bigint, one: bigint, other: bigint): boolean {
  const apart = one - other;
  return apart <= tolerance && -apart <= tolerance;
}
