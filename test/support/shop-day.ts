import { eventSource } from '../../lib/generators/event-source.ts';
import type { Generator, WireEvent } from '../../lib/generators/generator.ts';
import { fixture } from './fixture-project.ts';
import type { lakehouse } from './lakehouse.ts';
import { random } from './random.ts';

const START_MS = Date.UTC(2026, 0, 31, 9);
const HOUR_MS = 3_600_000;

export const SHOP_HOURS = { from: '2026-01-31T09', to: '2026-01-31T13' };

/**
 * Five hours of every stream, deterministic for a seed: new events, earlier ones resent in later hours (with their
 * original times or newer ones), late ones, and some that are not events.
 */
export async function produceShopDay(
  house: Awaited<ReturnType<typeof lakehouse>>,
  seed: number,
  eventsAnHour: number,
  generators: readonly Generator[] = fixture.generators,
) {
  const choices = random(seed);
  const sources = generators.map((generator) => ({ stream: generator.stream, next: eventSource(generator, seed) }));
  const sent = new Map<string, WireEvent[]>();
  for (let hour = 0; hour < 5; hour++) {
    for (const { stream, next } of sources) {
      const before = sent.get(stream) ?? [];
      const events = Array.from({ length: eventsAnHour }, () => {
        const latenessMs = choices.chance(0.1) ? choices.below(3 * HOUR_MS) : 0;
        return next(START_MS + hour * HOUR_MS + choices.below(HOUR_MS - 60_000) - latenessMs);
      });
      const again = Array.from({ length: before.length === 0 ? 0 : eventsAnHour >> 2 }, () => choices.pick(before));
      const bad = ['{', null, {}].filter(() => choices.chance(0.5));
      sent.set(stream, [...before, ...events]);
      const kafkaPartitions = house.topics.get(stream)?.length ?? 1;
      for (const event of [...events, ...again, ...bad]) {
        const atMs = START_MS + (hour + 1) * HOUR_MS - 30_000;
        await house.produce(stream, atMs, [event], placeOf(event, kafkaPartitions));
      }
    }
  }
}

/** The same event goes to the same kafka partition, as with a key. */
function placeOf(event: unknown, kafkaPartitions: number): number {
  return [...JSON.stringify(event)].reduce((sum, char) => sum + char.charCodeAt(0), 0) % kafkaPartitions;
}
