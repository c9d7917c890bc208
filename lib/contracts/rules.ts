import type { ValueRule } from './contract.ts';
import { currencyCodes } from './currency-codes.ts';

/** Rules that more than one stream may state about a value. */
export const positive: ValueRule = { name: 'positive', exclusiveMinimum: 0 };
export const atLeastOne: ValueRule = { name: 'at_least_one', minimum: 1 };
export const oneToFive: ValueRule = { name: 'one_to_five', minimum: 1, maximum: 5 };
export const currency: ValueRule = { name: 'iso_4217_currency', oneOf: currencyCodes };
