import type { Faker } from '@faker-js/faker';

/** An event as a producer writes it: JSON values under the wire's field names. */
export type WireEvent = Readonly<Record<string, unknown>>;

/** Makes example events of one stream. It holds no state: the same random source and time give the same event. */
export interface Generator {
  readonly stream: string;
  /** Minimum and maximum milliseconds between events at rate 1; drawn for each event. */
  readonly everyMs: readonly [number, number];
  /** An event that happened at `nowMs` (milliseconds since 1970). */
  generate(random: Faker, nowMs: number): WireEvent;
}

/** The wire's text for a time: `2026-01-31T13:00:00.123Z`. */
export function wireTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** `names(3, 'user-')` → `user-1`, `user-2`, `user-3`. */
export function names(count: number, prefix: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
