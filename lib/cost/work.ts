/** What is to be done in a month: plain numbers, before any price. */

import type { ReaderName } from '../derive/topic-readers.ts';
import { assumptions, type Load, MAX_PAYLOAD_BYTES } from './load.ts';
import { prices } from './prices.ts';
import type { FedFunction, TemplateFacts } from './template-facts.ts';

const GIGABYTE = 1e9;
const MILLION = 1e6;
export const SECONDS_PER_HOUR = 3600;

/** What comes in a month at this load. */
export function monthOf({ eventsPerSecond, bytesPerEvent }: Load) {
  const seconds = assumptions.hoursPerMonth * SECONDS_PER_HOUR;
  const events = eventsPerSecond * seconds;
  return { seconds, events, gigabytes: (events * bytesPerEvent) / GIGABYTE };
}

/** What a reader of topics does in a month. */
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

/** An invocation of the sink makes an object in each kafka partition of its topic. */
export const objectsOf = (invocations: number, { kafkaPartitions, topics }: TemplateFacts) =>
  (invocations * kafkaPartitions) / Math.max(1, topics);

/** The sink reads every stream. */
const streamsOf = ({ readers }: TemplateFacts) => readers.sink.mappings.length;

/** The part of all events that a reader reads: every stream has its even share of them. */
export const readShare = (facts: TemplateFacts, reader: ReaderName) =>
  facts.readers[reader].mappings.length / streamsOf(facts);

/** Whichever is reached first, a full batch or the end of the window, at so many events a second in each mapping. */
function invocationsOf({ mappings }: FedFunction, perMapping: number, load: Load): number {
  const { seconds } = monthOf(load);
  return mappings.reduce((sum, { batchSize, windowSeconds }) => {
    const mostRecords = Math.min(batchSize, MAX_PAYLOAD_BYTES / assumptions.payloadBytes(load.bytesPerEvent));
    const everySeconds = Math.min(Math.max(windowSeconds, 1), mostRecords / perMapping);
    return sum + seconds / everySeconds;
  }, 0);
}

/** Dollars of a function's time. */
export const functionTime = (functionSeconds: number, megabytes: number) =>
  (functionSeconds * megabytes * prices.lambda.gigabyteSecond) / 1024;

/** How long the runs of the models keep the warehouse awake in a month, at so many an hour. */
export function runSeconds(runsPerHour: number, { models }: Pick<Load, 'models'>): number {
  const { secondsPerModelHour, minBilledSeconds, hoursPerMonth } = assumptions;
  const run = (hours: number) => Math.max(minBilledSeconds, models * hours * secondsPerModelHour);
  // Each run does the hour that is open, and one in each hour the hour before as well, a last time.
  return (run(2) + run(1) * Math.max(0, runsPerHour - 1)) * hoursPerMonth;
}
