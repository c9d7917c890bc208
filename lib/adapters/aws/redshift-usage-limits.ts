import {
  CreateUsageLimitCommand,
  DeleteUsageLimitCommand,
  ListUsageLimitsCommand,
  type RedshiftServerlessClient,
  UpdateUsageLimitCommand,
} from '@aws-sdk/client-redshift-serverless';
import { awsCode, awsTrouble } from './aws-trouble.ts';

/** Limits on the RPU hours that a workgroup of Redshift Serverless uses in a day; queries beyond are refused. */
export function redshiftUsageLimits(client: RedshiftServerlessClient) {
  const kind = { usageType: 'serverless-compute' } as const;
  const trouble = (operation: string, target: string) => (error: unknown) => {
    throw awsTrouble(`Redshift Serverless ${operation}`, target, error);
  };
  return {
    async find(resourceArn: string): Promise<string | undefined> {
      const list = new ListUsageLimitsCommand({ resourceArn, ...kind });
      const { usageLimits = [] } = await client.send(list).catch(trouble('ListUsageLimits', resourceArn));
      return usageLimits.find(({ period }) => period === 'daily')?.usageLimitId;
    },
    async create(resourceArn: string, amount: number): Promise<string> {
      const create = new CreateUsageLimitCommand({
        resourceArn,
        ...kind,
        amount,
        period: 'daily',
        breachAction: 'deactivate',
      });
      const { usageLimit } = await client.send(create).catch(trouble('CreateUsageLimit', resourceArn));
      if (usageLimit?.usageLimitId === undefined) {
        throw new Error(`Redshift Serverless CreateUsageLimit of ${resourceArn}: expected an id, found none`);
      }
      return usageLimit.usageLimitId;
    },
    async update(usageLimitId: string, amount: number): Promise<void> {
      const update = new UpdateUsageLimitCommand({ usageLimitId, amount, breachAction: 'deactivate' });
      await client.send(update).catch(trouble('UpdateUsageLimit', usageLimitId));
    },
    async remove(usageLimitId: string): Promise<void> {
      try {
        await client.send(new DeleteUsageLimitCommand({ usageLimitId }));
      } catch (error) {
        if (awsCode(error) !== 'ResourceNotFoundException') trouble('DeleteUsageLimit', usageLimitId)(error);
      }
    },
  };
}
