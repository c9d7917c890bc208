import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import project from '#project';
import { askedMetrics } from '../../lib/pipeline/meter/asked-metrics.ts';
import { readSettings } from '../../lib/settings.ts';
import { readEnvironment } from '../environment.ts';
import { logError } from '../log-line.ts';
import { deployedMetricStore } from '../metric-store.ts';
import { readVariables } from './env.ts';
import { createHandler } from './handler.ts';

const variables = readEnvironment(readVariables, process.env);
const settings = readSettings({ WEIR_TOPICS: variables.WEIR_TOPICS });
const { redisPrefix, topics } = settings;
const { contracts, routes } = project;
/** The deployment puts this file beside the code. */
const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'release.json'), 'utf8'),
);

export const handler = createHandler({
  contracts,
  routes,
  metrics: askedMetrics(contracts, settings),
  topics,
  store: deployedMetricStore(variables, { redisPrefix, environment: process.env }),
  version,
  report: logError,
});
