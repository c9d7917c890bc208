import { added, type CostLine } from './cost-line.ts';
import { assumptions, type Load } from './load.ts';
import { prices } from './prices.ts';
import type { TemplateFacts } from './template-facts.ts';
import { functionTime, monthOf, readShare } from './work.ts';

const MILLION = 1e6;

/** Live metrics and their API, without the meter, which is a reader of topics like the others. */
export function liveLines(facts: TemplateFacts, load: Load): readonly CostLine[] {
  const { live } = facts;
  if (live === null) return [];
  const { hoursPerMonth, minStoreGigabytes, storeUnitsPerCountedEvent, readsPerSecond, millisecondsPerRead } =
    assumptions;
  const { events, seconds } = monthOf(load);
  const units = events * readShare(facts, 'meter') * storeUnitsPerCountedEvent;
  const reads = readsPerSecond * seconds;
  const requests = (reads / MILLION) * (prices.httpApi.million + prices.lambda.million);
  return [
    added('ElastiCache', 'store of live metrics', 0, prices.valkey.gigabyteHour * minStoreGigabytes * hoursPerMonth),
    added('ElastiCache', 'work of the store', (units / MILLION) * prices.valkey.millionUnits),
    added('HTTP API', 'one screen, every two seconds', 0, requests),
    added('Lambda', 'read: time', 0, functionTime((reads * millisecondsPerRead) / 1000, live.readMegabytes)),
  ];
}

/** The cost of ingesting a million events by HTTP in batches, until they are on a topic. */
export function ingestMillion({ ingestMegabytes }: NonNullable<TemplateFacts['live']>): number {
  const { eventsPerIngestRequest, microsecondsPerIngestedEvent, millisecondsPerIngestRequest } = assumptions;
  const requests = MILLION / eventsPerIngestRequest;
  const seconds = microsecondsPerIngestedEvent + (requests * millisecondsPerIngestRequest) / 1000;
  return (
    (requests / MILLION) * (prices.httpApi.million + prices.lambda.million) + functionTime(seconds, ingestMegabytes)
  );
}
