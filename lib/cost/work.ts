/** The work of a month: plain numbers, without prices. */

import type { ReaderName } from '../derive/topic-readers.ts';
import { assumptions, type Load, MAX_PAYLOAD_BYTES } from './load.ts';
import { prices } from './prices.ts';
import type { FedFunction, TemplateFacts } from './template-facts.ts';

const GIGABYTE = 1e9;
const MILLION = 1e6;
export const SECONDS_PER_HOUR = 3600;

/** The volume of a month at this load. */
export function monthOf({ eventsPerSecond, bytesPerEvent }: Load) {
  const seconds = assumptions.hoursPerMonth * SECONDS_PER_HOUR;
  const events = eventsPerSecond * seconds;
  return { seconds, events, gigabytes: (events * bytesPerEvent) / GIGABYTE };
}

/** The work of a reader of topics in a month. */
export interface ReaderWork {
  readonly invocations: number;
  /** Of function time. */
  readonly seconds: number;
}

/** The work of each reader of topics in a month. */
export function readerWork(facts: TemplateFacts, load: Load): { readonly [Reader in ReaderName]: ReaderWork } {
  const { microsecondsPerEvent, millisecondsPerObject, microsecondsPerRefinedEvent, millisecondsPerRefinedBatch } =
    assumptions;
  const { microsecondsPerCountedEvent, millisecondsPerCountedBatch } = assumptions;
  const work = (reader: ReaderName, microseconds: number, waits: (invocations: number) => number): ReaderWork => {
    const invocations = invocationsOf(facts.readers[reader], load.eventsPerSecond / streamsOf(facts), load);
    const events = monthOf(load).events * readShare(facts, reader);
    return { invocations, seconds: (events * microseconds) / MILLION + waits(invocations) / 1000 };
  };
  return {
    sink: work('sink', microsecondsPerEvent, (batches) => objectsOf(batches, facts) * millisecondsPerObject),
    refine: work('refine', microsecondsPerRefinedEvent, (batches) => batches * millisecondsPerRefinedBatch),
    meter: work('meter', microsecondsPerCountedEvent, (batches) => batches * millisecondsPerCountedBatch),
  };
}

/** An invocation of the sink writes an object for each kafka partition of its topic. */
export const objectsOf = (invocations: number, { kafkaPartitions, topics }: TemplateFacts) =>
  (invocations * kafkaPartitions) / Math.max(1, topics);

/** The sink reads every stream. */
const streamsOf = ({ readers }: TemplateFacts) => readers.sink.mappings.length;

/** The share of all events that a reader reads, if events are spread evenly over the streams. */
export const readShare = (facts: TemplateFacts, reader: ReaderName) =>
  facts.readers[reader].mappings.length / streamsOf(facts);

/** The number of batches: each ends when it is full or at the end of its window, whichever comes first. */
function invocationsOf({ mappings }: FedFunction, perMapping: number, load: Load): number {
  const { seconds } = monthOf(load);
  return mappings.reduce((sum, { batchSize, windowSeconds }) => {
    const mostRecords = Math.min(batchSize, MAX_PAYLOAD_BYTES / assumptions.payloadBytes(load.bytesPerEvent));
    const everySeconds = Math.min(Math.max(windowSeconds, 1), mostRecords / perMapping);
    return sum + seconds / everySeconds;
  }, 0);
}

/** The cost of a function's time, in dollars. */
export const functionTime = (functionSeconds: number, megabytes: number) =>
  (functionSeconds * megabytes * prices.lambda.gigabyteSecond) / 1024;

/** How long model runs keep the warehouse active in a month, at a number of runs per hour. */
export function runSeconds(runsPerHour: number, { models }: Pick<Load, 'models'>): number {
  const { secondsPerModelHour, minBilledSeconds, hoursPerMonth } = assumptions;
  const run = (hours: number) => Math.max(minBilledSeconds, models * hours * secondsPerModelHour);
  // Each run does the hour that is open, and one in each hour the hour before as well, a last time.
  return (run(2) + run(1) * Math.max(0, runsPerHour - 1)) * hoursPerMonth;
}
