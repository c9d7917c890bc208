import { mskIam } from '../../lib/adapters/kafka/msk-iam.ts';
import { topicKeeper } from '../../lib/adapters/kafka/topic-keeper.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { customResource } from '../custom-resource.ts';
import { lambdaIdentity, readEnvironment } from '../environment.ts';
import { warn } from '../log-line.ts';
import { topicsVariables } from './env.ts';
import { createHandler } from './handler.ts';

const { KAFKA_BROKERS } = readEnvironment(topicsVariables, process.env);

export const handler = customResource({
  apply: createHandler({
    topics: topicKeeper({
      brokers: KAFKA_BROKERS.split(','),
      clientId: 'weir-topics',
      warn,
      ...mskIam(lambdaIdentity(process.env)),
    }),
    clock: systemClock,
    warn,
  }),
  fetch,
});
