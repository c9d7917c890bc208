import { Duration } from 'aws-cdk-lib';
import { Metric as CloudWatchMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ingestMetrics } from '../derive/metrics.ts';
import { type AlarmRule, FIVE_MINUTES, ownMetric, USAGE_WARNING } from './alarms.ts';
import type { ApiStack } from './api-stack.ts';
import type { Live } from './deployment.ts';
import type { LiveStore } from './store-stack.ts';

/** The metrics of the API and its store. */
interface LiveParts {
  readonly live: Live;
  readonly api: ApiStack;
  readonly store: LiveStore;
}

/** The latency of a request above which an alarm is raised; a request of the dashboard takes about ten milliseconds. */
const SLOW_ANSWER = Duration.seconds(2);
const GIGABYTE = 1e9;

/** Alarms on live metrics and the REST API, in addition to those of the meter. */
export function liveAlarms({ live, api, store }: LiveParts): readonly AlarmRule[] {
  return [
    {
      id: 'ApiErrors',
      means: 'The API fails: requests are answered with 5xx.',
      metric: apiMetric(api, '5xx', Stats.SUM),
      rings: { above: 0 },
      periods: 3,
    },
    {
      id: 'ApiLatency',
      means: 'The API is slow: one request in a hundred takes more than two seconds.',
      metric: apiMetric(api, 'Latency', Stats.percentile(99)),
      rings: { above: SLOW_ANSWER.toMilliseconds() },
      periods: 3,
    },
    {
      id: 'IngestRefused',
      means: 'Clients keep sending events that their contract does not accept.',
      metric: ownMetric(ingestMetrics.refused, Stats.SUM),
      rings: { above: 0 },
      periods: 3,
    },
    {
      id: 'IngestUnacknowledged',
      means: 'The brokers did not acknowledge events that clients sent by HTTP; the clients were answered so.',
      metric: ownMetric(ingestMetrics.unacknowledged, Stats.SUM),
      rings: { above: 0 },
      periods: 1,
    },
    {
      id: 'StoreMemory',
      means: 'The store of live metrics is almost full; when it is, live metrics stand still.',
      metric: storeMetric(store, 'BytesUsedForCache', Stats.MAXIMUM),
      rings: { above: live.maxStoreGigabytes * GIGABYTE * USAGE_WARNING },
      periods: 1,
    },
  ];
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
export function apiMetric({ api }: ApiStack, metricName: string, statistic: string): CloudWatchMetric {
  const dimensionsMap = { ApiId: api.id };
  return new CloudWatchMetric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap,
    statistic,
    period: FIVE_MINUTES,
  });
}

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html */
export function storeMetric({ cacheName }: LiveStore, metricName: string, statistic: string): CloudWatchMetric {
  const dimensionsMap = { clusterId: cacheName };
  return new CloudWatchMetric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap,
    statistic,
    period: FIVE_MINUTES,
  });
}
