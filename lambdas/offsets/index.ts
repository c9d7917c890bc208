import project from '#project';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { mskIam } from '../../lib/adapters/kafka/msk-iam.ts';
import { readSettings } from '../../lib/settings.ts';
import { lambdaIdentity, readEnvironment } from '../environment.ts';
import { warn } from '../log-line.ts';
import { offsetsVariables } from './env.ts';
import { createHandler } from './handler.ts';

const { KAFKA_BROKERS, GROUP_OWNER, ...environment } = readEnvironment(offsetsVariables, process.env);
const security = mskIam(lambdaIdentity(process.env));

export const handler = createHandler({
  contracts: project.contracts,
  topics: readSettings(environment).topics,
  groupOwner: GROUP_OWNER,
  log: kafkaEventLog({ brokers: KAFKA_BROKERS.split(','), clientId: 'weir-offsets', warn, security }),
});
