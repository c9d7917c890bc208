import type { FieldType } from '../contracts/contract.ts';

/** A wire form of timestamps that counts from 1970. */
export type EpochUnit = Exclude<Extract<FieldType, { readonly kind: 'timestamp' }>['wire'], 'text'>;

/** How many of the units make up a second, as a power of ten. */
export const EPOCH_DIGITS: Readonly<Record<EpochUnit, number>> = { epochSeconds: 0, epochMillis: 3, epochMicros: 6 };

/** The unit in words: `milliseconds since 1970`. */
export function epochText(unit: EpochUnit): string {
  const words = { epochSeconds: 'seconds', epochMillis: 'milliseconds', epochMicros: 'microseconds' } as const;
  return `${words[unit]} since 1970`;
}
