import { KafkaClient } from '@aws-sdk/client-kafka';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { mskBootstrapServers } from '../../lib/adapters/aws/msk-bootstrap-servers.ts';
import { customResource } from '../custom-resource.ts';
import { createHandler } from './handler.ts';

export const handler = customResource({
  apply: createHandler({ bootstrapServers: mskBootstrapServers(new KafkaClient(clientDefaults)) }),
  fetch,
});
