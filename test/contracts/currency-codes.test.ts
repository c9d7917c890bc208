import { faker } from '@faker-js/faker';
import { describe, expect, it } from 'vitest';
import { currencyCodes } from '../../lib/contracts/currency-codes.ts';

describe('the currency codes', () => {
  it('are three capital letters each, ascending, none twice', () => {
    expect(currencyCodes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
    expect(currencyCodes).toEqual([...new Set(currencyCodes)].sort());
  });

  it.each([
    ['Faker', faker.definitions.finance.currency.map(({ code }) => code)],
    ['JavaScript', Intl.supportedValuesOf('currency')],
    ['the funds, metals and special codes of ISO 4217', ['XDR', 'XAU', 'XAG', 'XUA', 'CHE', 'CLF', 'XTS', 'XXX']],
    ['history', ['DEM', 'FRF', 'ITL', 'ESP', 'GRD', 'EEK', 'HRK', 'ZWD', 'SUR', 'XEU', 'YUM', 'ADP', 'BGN', 'ANG']],
  ])('hold everything that %s knows', (_, codes) => {
    expect(codes.filter((code) => !currencyCodes.includes(code))).toEqual([]);
  });

  it.each(['BTC', 'ABC', 'eur', 'EU', ''])('do not hold "%s"', (code) => {
    expect(currencyCodes).not.toContain(code);
  });
});
