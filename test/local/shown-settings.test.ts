import { expect, it } from 'vitest';
import { shownSettings } from '../../lib/local/shown-settings.ts';
import { readSettings } from '../../lib/settings.ts';

const shownValue = (variable: string, environment: Readonly<Record<string, string>>) =>
  shownSettings(readSettings(environment)).find((one) => one.variable === variable)?.value;

it.each([
  ['a secret', 'WEIR_TOKEN', '0123456789abcdef', '(set, not shown)'],
  ['an address with a password', 'WEIR_REDIS_URL', 'redis://weir:secret@host:6379', 'redis://(not shown)@host:6379'],
  ['an address without one', 'WEIR_REDIS_URL', 'redis://host:6379', 'redis://host:6379'],
  ['a number', 'WEIR_BATCH_SIZE', '5', '5'],
])('%s is shown as it may be', (_, variable, value, shown) => {
  expect(shownValue(variable, { [variable]: value })).toBe(shown);
});

it('what is not set is a dash', () => {
  expect(shownValue('WEIR_TOKEN', {})).toBe('–');
});
