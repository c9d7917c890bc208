import project from '#project';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { mskIam } from '../../lib/adapters/kafka/msk-iam.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { openIngesters } from '../../lib/api/ingest/ingest-routes.ts';
import { readSettings } from '../../lib/settings.ts';
import { lambdaIdentity, readEnvironment } from '../environment.ts';
import { logError, logLine, warn } from '../log-line.ts';
import { ingestVariables } from './env.ts';
import { createHandler } from './handler.ts';
import { instrumentedIngesters } from './instrumented.ts';

const { contracts } = project;
const { KAFKA_BROKERS, ...environment } = readEnvironment(ingestVariables, process.env);
const { topics } = readSettings(environment);
const security = mskIam(lambdaIdentity(process.env));
const log = kafkaEventLog({ brokers: KAFKA_BROKERS.split(','), clientId: 'weir-ingest', warn, security });
const ingesters = openIngesters({ contracts, topics, log, clock: systemClock });

export const handler = createHandler({
  contracts,
  ingesters: instrumentedIngesters({ ingesters, clock: systemClock, log: logLine }),
  report: logError,
});
