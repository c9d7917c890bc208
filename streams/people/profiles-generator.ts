import { type Generator, wireTime } from '../../lib/index.ts';

/** Customer profiles. The card number is in clear here: nothing may send one but by way of `pipeline/admit.ts`. */
export const peopleProfilesGenerator: Generator = {
  stream: 'people.profiles',
  everyMs: [60_000, 60_000],
  generate: (random, nowMs) => {
    const lastName = random.person.lastName();
    const issuer = random.finance.creditCardIssuer();
    return {
      full_name: `${random.person.firstName()} ${lastName}`,
      address: `${random.location.streetAddress()}, ${random.location.zipCode()} ${random.location.city()}`,
      last_name: lastName,
      card_provider: issuer,
      credit_card_number: random.finance.creditCardNumber({ issuer }).replaceAll('-', ''),
      event_timestamp: wireTime(nowMs),
      event_id: random.string.uuid(),
    };
  },
};
