import type { Faker } from '@faker-js/faker';
import { type Generator, names } from '../../lib/index.ts';

const users = names(200, 'user-');
const hotels = names(13, 'hotel-');
const advertisers = ['Amoma', 'Booking.com', 'Destinia', 'Expedia', 'Hotels.com', 'Mercure'];

/** Hotel searches, each with 1..7 offers of 1..6 advertisers. Both spellings of a boolean occur, as in real searches. */
export const searchRawGenerator: Generator = {
  stream: 'search.raw',
  everyMs: [1000, 1000],
  generate: (random, nowMs) => ({
    user_id: random.helpers.arrayElement(users),
    hotel_id: random.helpers.arrayElement(hotels),
    search_timestamp: Math.floor(nowMs / 1000),
    hotel_advertisers: Object.fromEntries(
      random.helpers.arrayElements(advertisers, { min: 1, max: 6 }).map((name) => [name, offers(random)]),
    ),
    event_id: random.string.uuid(),
  }),
};

function offers(random: Faker): readonly object[] {
  return Array.from({ length: random.number.int({ min: 1, max: 7 }) }, () => ({
    eurocents: random.number.int({ min: 3804, max: 39_998 }),
    breakfast: random.helpers.arrayElement([true, false, 'true', 'false']),
  }));
}
