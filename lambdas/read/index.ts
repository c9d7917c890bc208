import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import project from '#project';
import { issuedTokens, signedRequests } from '../../lib/api/openapi/api-security.ts';
import type { ExampleEvents } from '../../lib/api/openapi/openapi-types.ts';
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
/** The deployment puts these files beside the code. */
const beside = <Content>(name: string): Content => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
const { version } = beside<{ readonly version: string }>('release.json');
const examples = beside<Readonly<Record<string, ReturnType<ExampleEvents>>>>('examples.json');

export const handler = createHandler({
  contracts,
  routes,
  metrics: askedMetrics(contracts, settings),
  topics,
  store: deployedMetricStore(variables, { redisPrefix, environment: process.env }),
  version,
  examples: (stream) => examples[stream] ?? [],
  security: variables.API_AUTH === 'iam' ? signedRequests : issuedTokens(variables.API_AUTH),
  report: logError,
});
