import type { Generator } from './generator.ts';
import { seededFaker } from './seeded-faker.ts';

/**
 * Milliseconds from each event of a stream to the next, at its own pace; `seed` null is a random one. Drawn apart from
 * the events, which stay the same at any pace.
 */
export function gaps(generator: Generator, seed: number | null): () => number {
  const random = seededFaker(seed, `${generator.stream} gaps`);
  const [least, most] = generator.everyMs;
  return () => random.number.float({ min: least, max: most });
}
