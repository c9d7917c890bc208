import project from '#project';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { mskIam } from '../../lib/adapters/kafka/msk-iam.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { streamsByTopic } from '../../lib/pipeline/streams-by-topic.ts';
import { readSettings } from '../../lib/settings.ts';
import { lambdaIdentity, readEnvironment } from '../environment.ts';
import { logLine, warn } from '../log-line.ts';
import { refineVariables } from './env.ts';
import { createHandler } from './handler.ts';
import { instrumentedRefine } from './instrumented.ts';

const { contracts, refinements } = project;
const { KAFKA_BROKERS, ...environment } = readEnvironment(refineVariables, process.env);
const { incarnations, topics } = readSettings(environment);
const security = mskIam(lambdaIdentity(process.env));
const streamOf = streamsByTopic(contracts, { topics, incarnations });

export const handler = instrumentedRefine({
  refine: createHandler({
    log: kafkaEventLog({ brokers: KAFKA_BROKERS.split(','), clientId: 'weir-refine', warn, security }),
    refinements,
    topicOf: (stream) => topicOf({ name: stream }, topics),
    streamOf,
  }),
  streamOf,
  clock: systemClock,
  log: logLine,
});
