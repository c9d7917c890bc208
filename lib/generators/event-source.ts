import type { Generator, WireEvent } from './generator.ts';
import { seededFaker } from './seeded-faker.ts';

/**
 * A stream's endless events, each of the time it is asked for. The same seed, times and number of calls give the same
 * events, byte for byte; `seed` null is a random one.
 */
export function eventSource(generator: Generator, seed: number | null): (nowMs: number) => WireEvent {
  const random = seededFaker(seed, generator.stream);
  return (nowMs) => {
    random.setDefaultRefDate(nowMs);
    return generator.generate(random, nowMs);
  };
}
