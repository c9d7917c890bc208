import project from '#project';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { mskIam } from '../../lib/adapters/kafka/msk-iam.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { readSettings } from '../../lib/settings.ts';
import { lambdaIdentity, readEnvironment } from '../environment.ts';
import { logLine, warn } from '../log-line.ts';
import { generateVariables } from './env.ts';
import { createHandler, type GenerateDependencies } from './handler.ts';
import { createProbe, type ProbeRequest } from './probe.ts';
import { scheduled } from './scheduled.ts';

const { contracts, generators } = project;
const { KAFKA_BROKERS, ...environment } = readEnvironment(generateVariables, process.env);
const { rate, topics } = readSettings(environment);
const security = mskIam(lambdaIdentity(process.env));

const deps: GenerateDependencies = {
  log: kafkaEventLog({ brokers: KAFKA_BROKERS.split(','), clientId: 'weir-generate', warn, security }),
  contracts,
  generators,
  topics,
  clock: systemClock,
  seed: null,
};
const atItsTime = scheduled({ generate: createHandler(deps), generators, rate, summary: logLine });
const probe = createProbe(deps);

/** Handles the schedule's events and the probes of `weir verify`. */
export const handler = (event: { readonly scheduledTime: string } | ProbeRequest) =>
  'probe' in event ? probe(event) : atItsTime(event);
