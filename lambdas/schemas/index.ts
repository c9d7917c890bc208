import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { redshiftAdminSecret } from '../../lib/adapters/aws/redshift-admin-secret.ts';
import { redshiftStatement } from '../../lib/adapters/aws/redshift-statement.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { customResource } from '../custom-resource.ts';
import { createHandler } from './handler.ts';

export const handler = customResource({
  apply: createHandler({
    adminSecret: redshiftAdminSecret(new RedshiftServerlessClient(clientDefaults)),
    run: redshiftStatement(new RedshiftDataClient(clientDefaults), systemClock),
  }),
  fetch,
});
