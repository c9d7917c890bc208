import { ingestMetrics, recountMetrics } from '../derive/metrics.ts';
import { type ReaderName, readerNames, topicReaders } from '../derive/topic-readers.ts';
import { added, type CostLine, fixedLine } from './cost-line.ts';
import { liveLines } from './live-lines.ts';
import { assumptions, type Load } from './load.ts';
import { prices } from './prices.ts';
import type { TemplateFacts } from './template-facts.ts';
import { functionTime, monthOf, objectsOf, readerWork, readShare, runSeconds, SECONDS_PER_HOUR } from './work.ts';

const GIGABYTE = 1e9;
const MILLION = 1e6;
const HOURS_PER_DAY = 24;
const DAYS_PER_MONTH = assumptions.hoursPerMonth / HOURS_PER_DAY;

/** A monthly bill: every item, the most expensive services first. */
export function costLines(facts: TemplateFacts, load: Load): readonly CostLine[] {
  return [
    ...brokerLines(facts, load),
    ...pollerLines(facts, load),
    ...warehouseLines(facts, load),
    ...addedLines(facts, load),
  ];
}

const sum = (names: readonly ReaderName[], of: (name: ReaderName) => number) =>
  names.reduce((total, name) => total + of(name), 0);

const loadLine = (service: string, item: string, byLoad: number): CostLine => ({
  service,
  item,
  fixed: 0,
  byLoad,
  isAdded: false,
});

function brokerLines(facts: TemplateFacts, load: Load): readonly CostLine[] {
  const { broker, kafkaPartitions } = facts;
  const { hoursPerMonth, retainedDays } = assumptions;
  const { gigabytes } = monthOf(load);
  const held = (gigabytes / DAYS_PER_MONTH) * retainedDays;
  switch (broker.kind) {
    case 'serverless': {
      const { clusterHour, partitionHour, inGigabyte, outGigabyte, storedGigabyteMonth } = prices.mskServerless;
      return [
        fixedLine('MSK Serverless', 'cluster', clusterHour * hoursPerMonth),
        fixedLine(
          'MSK Serverless',
          `${kafkaPartitions} kafka partitions`,
          partitionHour * kafkaPartitions * hoursPerMonth,
        ),
        loadLine('MSK Serverless', 'data in', inGigabyte * gigabytes),
        // Each reader reads its topics separately.
        loadLine(
          'MSK Serverless',
          'data out',
          outGigabyte * gigabytes * sum(readerNames, (name) => readShare(facts, name)),
        ),
        loadLine('MSK Serverless', `held for ${retainedDays} days`, storedGigabyteMonth * held),
      ];
    }
    case 'express':
    case 'standard': {
      const { instanceType, brokers, diskGibibytes } = broker;
      const hour = prices.brokerHour[instanceType];
      if (hour === undefined)
        throw new Error(`${instanceType}: expected a price in lib/cost/prices.ts, found none; add it`);
      const service = broker.kind === 'express' ? 'MSK Express' : 'MSK Standard';
      const hours = fixedLine(service, `${brokers} × ${instanceType}`, hour * brokers * hoursPerMonth);
      if (broker.kind === 'standard') {
        const disks = prices.mskStandard.storedGigabyteMonth * diskGibibytes * brokers;
        return [hours, fixedLine(service, `${brokers} disks of ${diskGibibytes} GiB`, disks)];
      }
      const { inGigabyte, storedGigabyteMonth } = prices.mskExpress;
      return [
        hours,
        loadLine(service, 'data in', inGigabyte * gigabytes),
        loadLine(service, `held for ${retainedDays} days`, storedGigabyteMonth * held),
      ];
    }
    case 'existing':
      return [fixedLine('MSK', 'a cluster of others', 0)];
    default:
      return broker satisfies never;
  }
}

/**
 * The capacity of one poller unit; all mappings of a deployment share their units.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html "Enhanced EPU Utilization"
 */
const POLLERS_PER_UNIT = 10;
const UNIT_MEGABYTES_PER_SECOND = 20;

/** The units for the minimum number of pollers, which are always on, or for the load if that needs more. */
function pollerUnits({ minPollers }: TemplateFacts, { eventsPerSecond, bytesPerEvent }: Load): number {
  const megabytesPerSecond = (eventsPerSecond * bytesPerEvent) / MILLION;
  return Math.max(Math.ceil(minPollers / POLLERS_PER_UNIT), Math.ceil(megabytesPerSecond / UNIT_MEGABYTES_PER_SECOND));
}

function pollerLines(facts: TemplateFacts, load: Load): readonly CostLine[] {
  const { hoursPerMonth } = assumptions;
  if (facts.minPollers === 0) {
    const hours = facts.interfaceEndpointZones * hoursPerMonth;
    return [
      fixedLine(
        'VPC',
        `${facts.interfaceEndpointZones} endpoint zones for pollers`,
        prices.interfaceEndpointHour * hours,
      ),
      loadLine(
        'VPC',
        'payloads through endpoints',
        ((monthOf(load).events * assumptions.payloadBytes(load.bytesPerEvent)) / GIGABYTE) *
          prices.interfaceEndpointGigabyte,
      ),
    ];
  }
  const units = pollerUnits(facts, load);
  return [
    fixedLine(
      'Lambda',
      `${units} poller unit${units === 1 ? '' : 's'}, shared`,
      prices.pollerUnitHour * units * hoursPerMonth,
    ),
  ];
}

/** The monthly cost of model runs, at a number of runs per hour. */
export function runsCost(warehouseRpu: number, runsPerHour: number, load: Pick<Load, 'models'>): number {
  return (runSeconds(runsPerHour, load) / SECONDS_PER_HOUR) * warehouseRpu * prices.redshift.rpuHour;
}

function warehouseLines({ warehouse }: TemplateFacts, load: Load): readonly CostLine[] {
  if (warehouse === null) return [];
  const item = `${warehouse.runsADay} runs of ${load.models} models a day at ${warehouse.rpu} RPU`;
  return [
    fixedLine('Redshift', item, runsCost(warehouse.rpu, warehouse.runsADay / HOURS_PER_DAY, load)),
    fixedLine('Secrets Manager', 'password of the warehouse', prices.secretMonth),
  ];
}

function addedLines(facts: TemplateFacts, load: Load): readonly CostLine[] {
  const { events } = monthOf(load);
  const work = readerWork(facts, load);
  const objects = objectsOf(work.sink.invocations, facts);
  const { lambda, s3, glue, cloudwatch, athena, scheduler } = prices;
  const { hoursPerMonth } = assumptions;
  const stored = (events * assumptions.storedBytesPerEvent) / GIGABYTE;
  const lists = facts.kafkaPartitions * hoursPerMonth * assumptions.listsPerChainAndHour;
  const glueRequests = facts.tables * hoursPerMonth * assumptions.glueRequestsPerTableAndHour;
  const logs = (sum(readerNames, (name) => work[name].invocations) * assumptions.logBytesPerInvocation) / GIGABYTE;
  const scanned = (load.queriesPerDay * DAYS_PER_MONTH * load.gigabytesPerQuery) / 1000;
  return [
    ...readerNames.flatMap((name) => [
      added('Lambda', `${name}: time`, functionTime(work[name].seconds, facts.readers[name].megabytes)),
      added('Lambda', `${name}: requests`, (work[name].invocations / MILLION) * lambda.million),
    ]),
    ...transformLines(facts, load),
    ...lookUpLines(facts),
    ...liveLines(facts, load),
    added('S3', 'objects written', (objects / 1000) * s3.thousandPuts),
    added('S3', 'ends of chains looked up', (lists / 1000) * s3.thousandPuts),
    added('S3', 'a month’s rows, for a month', stored * s3.gigabyteMonth),
    added(
      'Glue',
      'catalogue',
      (glueRequests / MILLION) * glue.millionRequests +
        ((facts.tables * hoursPerMonth) / 100_000) * glue.hundredThousandObjects,
    ),
    added(
      'CloudWatch',
      'logs',
      logs * cloudwatch.logGigabyte,
      assumptions.flowLogGigabytesPerMonth * cloudwatch.logGigabyte,
    ),
    fixedLine('CloudWatch', `metrics, ${facts.alarms} alarms, dashboard`, metricsCost(facts)),
    fixedLine(
      'Scheduler',
      `${facts.schedules} schedules`,
      ((facts.callsADay * DAYS_PER_MONTH) / MILLION) * scheduler.million,
    ),
    loadLine('Athena', `${load.queriesPerDay} queries a day`, scanned * athena.terabyteScanned),
  ];
}

/** The function waits while the warehouse works. */
function transformLines({ warehouse }: TemplateFacts, load: Load): readonly CostLine[] {
  if (warehouse === null) return [];
  const seconds = runSeconds(warehouse.runsADay / HOURS_PER_DAY, load);
  return [added('Lambda', 'transform: time', 0, functionTime(seconds, warehouse.transformMegabytes))];
}

/** A run sends one request to the catalogue and one to the store for each table and hour, changed or not. */
function lookUpLines({ warehouse, tables }: TemplateFacts): readonly CostLine[] {
  if (warehouse === null) return [];
  const lookUps = warehouse.hoursLookedAtADay * tables * DAYS_PER_MONTH;
  return [
    added('S3', 'transform: hours looked at', 0, (lookUps / 1000) * prices.s3.thousandPuts),
    added('Glue', 'transform: hours looked at', 0, (lookUps / MILLION) * prices.glue.millionRequests),
  ];
}

/** The cost of rebuilding all models over a month of history, as the daily run does after all of them have changed. */
export function historyMonth(warehouseRpu: number, { models }: Pick<Load, 'models'>) {
  const seconds = assumptions.hoursPerMonth * models * assumptions.secondsPerModelHour;
  const rpuHours = (seconds / SECONDS_PER_HOUR) * warehouseRpu;
  return { rpuHours, dollars: rpuHours * prices.redshift.rpuHour };
}

/**
 * Each reader's over all streams, and two of each stream; three of the transform; those of ingest and of the recount;
 * errors of pollers; reasons of dead letters when there are any.
 */
function metricsCost({ readers, alarms, warehouse, live, recount, errorMetrics }: TemplateFacts): number {
  const { metricMonth, alarmMonth, dashboardMonth } = prices.cloudwatch;
  const deployed = readerNames.filter((name) => readers[name].mappings.length > 0);
  const own = sum(deployed, (name) => Object.keys(topicReaders[name].metrics).length);
  const ofIngest = live === null ? 0 : Object.keys(ingestMetrics).length;
  const ofRecount = recount === null ? 0 : Object.keys(recountMetrics).length;
  const metrics =
    own + 2 * readers.sink.mappings.length + (warehouse === null ? 0 : 3) + ofIngest + ofRecount + errorMetrics;
  return metrics * metricMonth + alarms * alarmMonth + dashboardMonth;
}
