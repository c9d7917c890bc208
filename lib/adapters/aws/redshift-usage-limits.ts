import {
  CreateUsageLimitCommand,
  DeleteUsageLimitCommand,
  ListUsageLimitsCommand,
  type RedshiftServerlessClient,
  UpdateUsageLimitCommand,
} from '@aws-sdk/client-redshift-serverless';
import { awsCode, awsTrouble } from './aws-trouble.ts';

/** Limits on the RPU hours that a Redshift Serverless workgroup uses in a day; further queries are refused. */
export function redshiftUsageLimits(client: RedshiftServerlessClient) {
  const kind = { usageType: 'serverless-compute' } as const;
  const trouble =
    (operation: string, target: string) =>
    (error: unknown): never => {
      throw awsTrouble(`Redshift Serverless ${operation}`, target, error);
    };
  return {
    async find(resourceArn: string): Promise<string | undefined> {
      const list = new ListUsageLimitsCommand({ resourceArn, ...kind });
      const { usageLimits = [] } = await client.send(list).catch(trouble('ListUsageLimits', resourceArn));
      return usageLimits.find(({ period }) => period === 'daily')?.usageLimitId;
    },
    async create(resourceArn: string, amount: number): Promise<string | undefined> {
      const limit = { resourceArn, ...kind, amount, period: 'daily', breachAction: 'deactivate' } as const;
      try {
        const { usageLimit } = await client.send(new CreateUsageLimitCommand(limit));
        return usageLimit?.usageLimitId;
      } catch (error) {
        if (awsCode(error) === 'ConflictException') return undefined;
        return trouble('CreateUsageLimit', resourceArn)(error);
      }
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
