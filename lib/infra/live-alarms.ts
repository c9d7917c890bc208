import { Duration } from 'aws-cdk-lib';
import { Metric as CloudWatchMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmRules, FIVE_MINUTES, storeMemory } from '../derive/alarm-rules.ts';
import { ingestMetrics } from '../derive/metrics.ts';
import { ownMetric, type Watched, watched } from './alarms.ts';
import type { ApiStack } from './api-stack.ts';
import type { Live } from './deployment.ts';
import type { LiveStore } from './store-stack.ts';

/** The metrics of the API and its store. */
interface LiveParts {
  readonly live: Live;
  readonly api: ApiStack;
  readonly store: LiveStore;
}

/** Alarms on live metrics and the REST API, in addition to those of the meter. */
export function liveAlarms({ live, api, store }: LiveParts): readonly Watched[] {
  const { refused, unacknowledged } = ingestMetrics;
  return [
    watched(alarmRules.apiErrors, (period) => apiMetric(api, '5xx', Stats.SUM, period)),
    watched(alarmRules.apiLatency, (period) => apiMetric(api, 'Latency', Stats.percentile(99), period)),
    watched(alarmRules.ingestRefused, (period) => ownMetric(refused, Stats.SUM, period)),
    watched(alarmRules.ingestUnacknowledged, (period) => ownMetric(unacknowledged, Stats.SUM, period)),
    watched(storeMemory(live.maxStoreGigabytes), (period) =>
      storeMetric(store, 'BytesUsedForCache', Stats.MAXIMUM, period),
    ),
  ];
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
export function apiMetric(
  { api }: ApiStack,
  metricName: string,
  statistic: string,
  period = Duration.seconds(FIVE_MINUTES),
): CloudWatchMetric {
  const dimensionsMap = { ApiId: api.id };
  return new CloudWatchMetric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap,
    statistic,
    period,
  });
}

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html */
export function storeMetric(
  { cacheName }: LiveStore,
  metricName: string,
  statistic: string,
  period = Duration.seconds(FIVE_MINUTES),
): CloudWatchMetric {
  const dimensionsMap = { clusterId: cacheName };
  return new CloudWatchMetric({
    namespace: 'AWS/ElastiCache',
    metricName,
    dimensionsMap,
    statistic,
    period,
  });
}
