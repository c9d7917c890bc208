import project from '#project';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { askedMetrics, definitionsOf } from '../../lib/pipeline/meter/asked-metrics.ts';
import { streamsByTopic } from '../../lib/pipeline/streams-by-topic.ts';
import { readSettings } from '../../lib/settings.ts';
import { readEnvironment } from '../environment.ts';
import { logLine } from '../log-line.ts';
import { deployedMetricStore } from '../metric-store.ts';
import { meterVariables } from './env.ts';
import { createHandler } from './handler.ts';
import { instrumentedMeter } from './instrumented.ts';

const variables = readEnvironment(meterVariables, process.env);
const { WEIR_INCARNATIONS, WEIR_TOPICS } = variables;
const settings = readSettings({ WEIR_INCARNATIONS, WEIR_TOPICS });
const { incarnations, metricRetentionHours, redisPrefix, topics } = settings;
const { contracts } = project;
const metrics = askedMetrics(contracts, settings);
const streamOf = streamsByTopic(contracts, { topics, incarnations });

export const handler = instrumentedMeter({
  count: createHandler({
    store: deployedMetricStore(variables, { redisPrefix, environment: process.env }),
    definitionsOf: (stream) => definitionsOf(metrics, stream),
    windowRetentionSeconds: metricRetentionHours * 3600,
    streamOf,
  }),
  streamOf,
  clock: systemClock,
  log: logLine,
});
