import { contract, string, timestamp } from '../../lib/index.ts';

export const peopleProfiles = contract({
  name: 'people.profiles',
  version: 1,
  description: 'A customer’s profile at the moment it was recorded.',
  owner: 'customers',
  key: null,
  eventTime: 'event_timestamp',
  identity: 'position',
  alsoKnownAs: ['random_profile.random_customers'],
  fields: {
    full_name: string('First and last name.', { nullable: true, personal: true }),
    address: string('Street, postal code and city in one line.', { nullable: true, personal: true }),
    last_name: string('Last name, as the full name spells it.', { nullable: true, personal: true }),
    card_provider: string('Who issued the credit card.', { nullable: true }),
    credit_card_number: string('Credit card number, of which only the last four characters are kept.', {
      nullable: true,
      personal: true,
      masked: true,
    }),
    event_timestamp: timestamp('When the profile was recorded.'),
    event_id: string('The producer’s own id of the event.', { nullable: true }),
  },
});
