import { added, type CostLine, fixedLine } from './cost-line.ts';
import { assumptions, type Load } from './load.ts';
import { prices } from './prices.ts';
import type { TemplateFacts } from './template-facts.ts';
import { functionTime, monthOf, readShare } from './work.ts';

const MILLION = 1e6;
const GIGABYTE = 1e9;
const DAYS_PER_MONTH = assumptions.hoursPerMonth / 24;

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
    ...siteLines(facts, reads),
    ...recountLines(facts),
    ...signInLines(facts),
    added('Lambda', 'read: time', 0, functionTime((reads * millisecondsPerRead) / 1000, live.readMegabytes)),
  ];
}

/** The same screen through CloudFront. The dashboard's files, once a day and person, are not worth a line. */
function siteLines({ hasSite }: TemplateFacts, reads: number): readonly CostLine[] {
  if (!hasSite) return [];
  const { millionRequests, gigabyteOut } = prices.cloudFront;
  const gigabytes = (reads * assumptions.bytesPerRead) / GIGABYTE;
  return [added('CloudFront', 'the same screen', 0, (reads / MILLION) * millionRequests + gigabytes * gigabyteOut)];
}

/** People, and programs that ask for a token each hour. */
function signInLines({ signIn }: TemplateFacts): readonly CostLine[] {
  if (signIn === null) return [];
  const { activePersonMonth, programClientMonth, thousandProgramTokens } = prices.cognito;
  const { people, hoursPerMonth } = assumptions;
  const program = programClientMonth + (hoursPerMonth / 1000) * thousandProgramTokens;
  return [
    fixedLine('Cognito', `${people} people who sign in`, people * activePersonMonth),
    ...(signIn.programClients === 0
      ? []
      : [fixedLine('Cognito', 'client of programs', signIn.programClients * program)]),
  ];
}

/** It looks, and finds nothing to do: gaps are rare. */
function recountLines({ recount }: TemplateFacts): readonly CostLine[] {
  if (recount === null) return [];
  const seconds = (recount.runsADay * DAYS_PER_MONTH * assumptions.millisecondsPerRecount) / 1000;
  const time = functionTime(seconds, recount.megabytes) + functionTime(seconds / 2, recount.offsetsMegabytes);
  return [added('Lambda', 'recount: time', 0, time)];
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
