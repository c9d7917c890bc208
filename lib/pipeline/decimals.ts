interface Digits {
  readonly negative: boolean;
  /** Digits before the point, at least one. */
  readonly whole: string;
  /** Digits after the point, possibly none. */
  readonly fraction: string;
}

/** The shortest decimal text of a finite number, written out without an exponent: 1.5e-7 is 0 and 00000015. */
export function digitsOf(value: number): Digits {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent);
  const negative = value < 0;
  if (shift === 0) return { negative, whole, fraction };
  if (shift < 0) return { negative, whole: '0', fraction: whole.padStart(-shift, '0') + fraction };
  const moved = fraction.padEnd(shift, '0');
  return { negative, whole: whole + moved.slice(0, shift), fraction: moved.slice(shift) };
}

/**
 * Exact text of a decimal(precision, scale): 64.1 is `64.10` at scale 2. Half rounds away from zero, by the number's
 * shortest text (1.005 is `1.01`). Undefined where the number is not finite or needs more digits before the point.
 */
export function decimalText(value: number, precision: number, scale: number): string | undefined {
  const mostWholeDigits = precision - scale;
  if (!(Math.abs(value) < 10 ** mostWholeDigits)) return undefined;
  const { negative, whole, fraction } = digitsOf(value);
  const kept = whole + fraction.slice(0, scale).padEnd(scale, '0');
  const roundsUp = fraction.charAt(scale) >= '5';
  const digits = roundsUp ? String(BigInt(kept) + 1n).padStart(scale + 1, '0') : kept;
  const wholeText = digits.slice(0, digits.length - scale);
  if (wholeText !== '0' && wholeText.length > mostWholeDigits) return undefined;
  const unsigned = scale === 0 ? wholeText : `${wholeText}.${digits.slice(-scale)}`;
  return negative && /[1-9]/.test(unsigned) ? `-${unsigned}` : unsigned;
}
