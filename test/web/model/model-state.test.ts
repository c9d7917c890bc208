import { expect, it } from 'vitest';
import { hourLabel, stateText } from '../../../web/model/model-state.ts';

const hours = { newest_hour: '2026-01-31T22', lake_hour: '2026-02-01T01', failed_hours: 2 };

it.each([
  ['current', 'current'],
  ['failed', 'failed in 2 hours'],
  ['behind', '3 h behind the lake'],
  ['never_run', 'never run'],
  ['unknown', 'not known yet'],
] as const)('a model that is %s is shown as: %s', (state, text) => {
  expect(stateText({ state, ...hours })).toBe(text);
});

it('an hour is shown as the beginning of the hour, and none as a dash', () => {
  expect([hourLabel('2026-01-31T22'), hourLabel(null)]).toEqual(['2026-01-31 22:00', '–']);
});
