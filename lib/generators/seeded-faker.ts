import type { Faker } from '@faker-js/faker';
// One locale: the package's main entry loads all seventy, at 100 ms and 30 MB more.
import { faker } from '@faker-js/faker/locale/en';

/** Seeds are 32 bits, unsigned. */
export const MAX_SEED = 2 ** 32 - 1;

/**
 * A separate random source for each seed and purpose, so that streams and uses do not affect each other. A null `seed`
 * is a new random seed each time.
 */
export function seededFaker(seed: number | null, purpose: string): Faker {
  // The locale's entry exports an instance and not the class.
  const FakerClass = faker.constructor as typeof Faker;
  const seeded = new FakerClass({ locale: faker.rawDefinitions });
  seeded.seed([seed ?? Math.floor(Math.random() * (MAX_SEED + 1)), ...Buffer.from(purpose)]);
  return seeded;
}
