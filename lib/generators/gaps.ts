import type { Generator } from './generator.ts';
import { seededFaker } from './seeded-faker.ts';

/**
 * Milliseconds from each event of a stream to the next; a null `seed` is random. Drawn from a separate random source,
 * so that the rate does not change the events.
 */
export function gaps(generator: Generator, seed: number | null): () => number {
  const random = seededFaker(seed, `${generator.stream} gaps`);
  const [least, most] = generator.everyMs;
  return () => random.number.float({ min: least, max: most });
}
