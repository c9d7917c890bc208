import { RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { redshiftUsageLimits } from '../../lib/adapters/aws/redshift-usage-limits.ts';
import { customResource } from '../custom-resource.ts';
import { createHandler } from './handler.ts';

export const handler = customResource({
  apply: createHandler(redshiftUsageLimits(new RedshiftServerlessClient(clientDefaults))),
  fetch,
});
