import { added, type CostLine } from './cost-line.ts';
import { assumptions, type Load } from './load.ts';
import { prices } from './prices.ts';
import type { TemplateFacts } from './template-facts.ts';
import { functionTime, monthOf, readShare } from './work.ts';

const MILLION = 1e6;

/** Live metrics and the API in front of them, but for the meter, which is a reader of topics like others. */
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

/** What a million events cost to take by HTTP, before they are on a topic, where clients send them many at a time. */
export function ingestMillion({ ingestMegabytes }: NonNullable<TemplateFacts['live']>): number {
  const { eventsPerIngestRequest, microsecondsPerIngestedEvent, millisecondsPerIngestRequest } = assumptions;
  const requests = MILLION / eventsPerIngestRequest;
  const seconds = microsecondsPerIngestedEvent + (requests * millisecondsPerIngestRequest) / 1000;
  return (
    (requests / MILLION) * (prices.httpApi.million + prices.lambda.million) + functionTime(seconds, ingestMegabytes)
  );
}
