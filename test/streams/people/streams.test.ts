import { expect, it } from 'vitest';
import { people } from '../../../streams/people/index.ts';
import { eventsOf, factsOf } from '../../support/streams-of.ts';

it('have their documented kafka partitions, keys, event times and identities, whatever streams stand beside them', () => {
  expect(factsOf(people)).toEqual(
    expect.arrayContaining([['people.profiles', 1, null, 'event_timestamp', 'position', null]]),
  );
});

it('the card number is masked, and nothing else is; it is personal', () => {
  const fields = people.flatMap(({ contract }) => Object.entries(contract.fields));
  const masked = fields.flatMap(([name, { masked, personal }]) => (masked ? [[name, personal]] : []));
  expect(masked).toEqual([['credit_card_number', true]]);
});

it('generated profiles are of the time that is given', () => {
  expect(eventsOf(people, 'people.profiles', 1)).toMatchObject([{ event_timestamp: '2026-01-31T13:00:00.123Z' }]);
});
