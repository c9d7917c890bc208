import type { Generator, WireEvent } from './generator.ts';
import { seededFaker } from './seeded-faker.ts';

/**
 * An endless source of a stream's events, each for the given time. The same seed, times and number of calls give the
 * same events, byte for byte; a null `seed` is random.
 */
export function eventSource(generator: Generator, seed: number | null): (nowMs: number) => WireEvent {
  const random = seededFaker(seed, generator.stream);
  return (nowMs) => {
    random.setDefaultRefDate(nowMs);
    return generator.generate(random, nowMs);
  };
}
