import { expect } from 'vitest';
import type { Contract } from '../../lib/contracts/contract.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import { reader } from '../../lib/pipeline/reading.ts';
import type { Refinement } from '../../lib/pipeline/refine/refinement.ts';
import { wireText } from '../../lib/pipeline/refine/refiner.ts';
import { writtenValues } from '../../lib/pipeline/refine/written-json.ts';
import type { Stream } from '../../lib/project.ts';

/** The time of the first generated event. */
export const EVENTS_FROM_MS = Date.UTC(2026, 0, 31, 13, 0, 0, 123);

/** The facts that others rely on: name, kafka partitions, key, event time, identity, and refinement source. */
export const factsOf = (streams: readonly Stream[]) =>
  streams.map(({ contract: { name, kafkaPartitions, key, eventTime, identity, refinedFrom } }) => [
    name,
    kafkaPartitions,
    key,
    typeof eventTime === 'string' ? eventTime : 'computed',
    identity,
    refinedFrom,
  ]);

/** Events from the stream's generator, a second apart, with a seed or without. */
export function eventTexts(streams: readonly Stream[], name: string, seed: number | null, count: number) {
  const generator = streams.find(({ contract }) => contract.name === name)?.generator;
  if (generator === undefined) throw new Error(`${name}: expected a generator, found none`);
  const source = eventSource(generator, seed);
  return Array.from({ length: count }, (_, index) => JSON.stringify(source(EVENTS_FROM_MS + index * 1000)));
}

/** The same events for the same stream and count, parsed. */
export const eventsOf = (streams: readonly Stream[], name: string, count = 400) =>
  eventTexts(streams, name, 7, count).map((text) => JSON.parse(text));

export const distinct = (values: readonly unknown[]): number => new Set(values).size;
export const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

/** Each must be an integer from `min` to `max`. */
export function expectIntegers(values: readonly number[], min: number, max: number): void {
  const [lowest, highest] = range(values);
  expect(values.every(Number.isInteger)).toBe(true);
  expect(lowest).toBeGreaterThanOrEqual(min);
  expect(highest).toBeLessThanOrEqual(max);
}

/** The records that a record is refined into, in the given stream, parsed. */
export function refined(streams: readonly Stream[], to: string, text: string) {
  const refinement = streams.find(({ contract }) => contract.name === to)?.refinement;
  if (refinement === undefined) throw new Error(`${to}: expected a refinement, found none`);
  return refinedTexts(refinement, text).map((one) => JSON.parse(one));
}

/** The texts of the refined events, each of which the stream's sink accepts. */
export function refinedTexts(refinement: Refinement, text: string, timestampMs = EVENTS_FROM_MS): readonly string[] {
  const event = read(refinement.from, text, timestampMs);
  const texts = refinement.refine(event, writtenValues(Buffer.from(text))).map((one) => wireText(refinement.to, one));
  for (const one of texts) read(refinement.to, one, timestampMs);
  return texts;
}

function read(contract: Contract, text: string, timestampMs: number) {
  const reading = reader(contract).read(Buffer.from(text), timestampMs);
  if ('reason' in reading) throw new Error(`${contract.name}: ${reading.reason} at ${reading.path}: ${reading.detail}`);
  return reading.event;
}
