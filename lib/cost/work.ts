/** What is to be done in a month: plain numbers, before any price. */

import { assumptions, type Load, MAX_PAYLOAD_BYTES } from './load.ts';
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

/** Invocations and objects of the sink in a month. */
export function sinkWork({ sink, kafkaPartitions, topics }: TemplateFacts, load: Load) {
  const invocations = invocationsOf(sink, load.eventsPerSecond / sink.mappings.length, load);
  return { invocations, objects: (invocations * kafkaPartitions) / Math.max(1, topics) };
}

/** Whichever is reached first, a full batch or the end of the window, at so many events a second in each mapping. */
function invocationsOf({ mappings }: FedFunction, perMapping: number, load: Load): number {
  const { seconds } = monthOf(load);
  return mappings.reduce((sum, { batchSize, windowSeconds }) => {
    const mostRecords = Math.min(batchSize, MAX_PAYLOAD_BYTES / assumptions.payloadBytes(load.bytesPerEvent));
    const everySeconds = Math.min(Math.max(windowSeconds, 1), mostRecords / perMapping);
    return sum + seconds / everySeconds;
  }, 0);
}

/** The streams that are refined have their even share of the events. */
export const refinedShare = ({ sink, refine }: TemplateFacts) => refine.mappings.length / sink.mappings.length;

/** Time and invocations of the refinements in a month. */
export function refineWork(facts: TemplateFacts, load: Load) {
  const { microsecondsPerRefinedEvent, millisecondsPerRefinedBatch } = assumptions;
  const events = monthOf(load).events * refinedShare(facts);
  const invocations = invocationsOf(facts.refine, load.eventsPerSecond / facts.sink.mappings.length, load);
  const seconds = (events * microsecondsPerRefinedEvent) / MILLION + (invocations * millisecondsPerRefinedBatch) / 1000;
  return { invocations, seconds };
}

/** How long the runs of the models keep the warehouse awake in a month, at so many an hour. */
export function runSeconds(runsPerHour: number, { models }: Pick<Load, 'models'>): number {
  const { secondsPerModelHour, minBilledSeconds, hoursPerMonth } = assumptions;
  const run = (hours: number) => Math.max(minBilledSeconds, models * hours * secondsPerModelHour);
  // Each run does the hour that is open, and one in each hour the hour before as well, a last time.
  return (run(2) + run(1) * Math.max(0, runsPerHour - 1)) * hoursPerMonth;
}
