import type { Faker } from '@faker-js/faker';
// One locale: the package's main entry loads all seventy, at 100 ms and 30 MB more.
import { faker } from '@faker-js/faker/locale/en';
import type { Generator, WireEvent } from './generator.ts';

/** A stream's endless events. The same seed, times and number of calls give the same events and gaps, byte for byte. */
export interface EventSource {
  readonly stream: string;
  next(nowMs: number): WireEvent;
  /** Milliseconds from one event to the next, at rate 1. Drawn apart from the events, which stay the same at any pace. */
  nextGapMs(): number;
}

/** Seeds are 32 bits, unsigned. */
export const MAX_SEED = 2 ** 32 - 1;

/** `seed` null is a new random seed each time. Streams do not share a source: adding one leaves the others' events alone. */
export function eventSource(generator: Generator, seed: number | null): EventSource {
  const chosen = seed ?? Math.floor(Math.random() * (MAX_SEED + 1));
  const events = seededFaker(chosen, generator.stream);
  const gaps = seededFaker(chosen, `${generator.stream} gaps`);
  const [least, most] = generator.everyMs;
  return {
    stream: generator.stream,
    next: (nowMs) => {
      events.setDefaultRefDate(nowMs);
      return generator.generate(events, nowMs);
    },
    nextGapMs: () => gaps.number.float({ min: least, max: most }),
  };
}

function seededFaker(seed: number, purpose: string): Faker {
  // The locale's entry exports an instance and not the class.
  const FakerClass = faker.constructor as typeof Faker;
  const seeded = new FakerClass({ locale: faker.rawDefinitions });
  seeded.seed([seed, ...Buffer.from(purpose)]);
  return seeded;
}
