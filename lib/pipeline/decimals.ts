/** A number by its digits, however large its exponent is: 0.`digits` × 10^`point`. Zero has no digits. */
export interface Digits {
  readonly negative: boolean;
  /** From the first to the last digit that is not 0. */
  readonly digits: string;
  /** The number of digits before the point; negative if zeros follow it. */
  readonly point: number;
}

/** The digits of a number as JSON spells it: `-1.50e2` is −0.15 × 10^3. */
export function digitsOf(number: string): Digits {
  const negative = number.startsWith('-');
  const [mantissa = '', exponent = '0'] = number.slice(negative ? 1 : 0).split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  const leadingZeros = all.length - all.replace(/^0+/, '').length;
  const digits = withoutTrailingZeros(all.slice(leadingZeros));
  if (digits === '') return { negative: false, digits, point: 0 };
  return { negative, digits, point: whole.length - leadingZeros + Number(exponent) };
}

/** True for a number without a fraction. */
export function isWhole({ digits, point }: Digits): boolean {
  return digits.length <= point || digits === '';
}

/**
 * Returns the exact text of a decimal(precision, scale): 64.1 is `64.10` at scale 2. Half rounds away from zero, by the
 * digits as they were written (1.005 is `1.01`). Undefined if the number has too many digits before the point.
 */
export function decimalText(number: Digits, precision: number, scale: number): string | undefined {
  const { negative, digits, point } = number;
  const maxWholeDigits = precision - scale;
  if (point > maxWholeDigits) return undefined;
  const kept = point + scale;
  const truncated = kept > 0 ? digits.slice(0, kept).padEnd(kept, '0') : '';
  const roundsUp = kept >= 0 && digits.charAt(kept) >= '5';
  const unscaled = (roundsUp ? String(BigInt(truncated) + 1n) : truncated).padStart(scale + 1, '0');
  const whole = unscaled.slice(0, unscaled.length - scale);
  if (whole !== '0' && whole.length > maxWholeDigits) return undefined;
  const unsigned = scale === 0 ? whole : `${whole}.${unscaled.slice(-scale)}`;
  return negative && /[1-9]/.test(unsigned) ? `-${unsigned}` : unsigned;
}

/** Returns less than 0 if the first is less, more than 0 if it is greater, else 0. */
export function compareDigits(left: Digits, right: Digits): number {
  const sign = signOf(left);
  if (sign !== signOf(right)) return sign - signOf(right);
  if (left.point !== right.point) return sign * (left.point - right.point);
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -sign : sign;
}

function signOf({ negative, digits }: Digits): number {
  if (digits === '') return 0;
  return negative ? -1 : 1;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits.charAt(end - 1) === '0') end -= 1;
  return digits.slice(0, end);
}
