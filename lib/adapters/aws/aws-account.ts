import { CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { DescribeAvailabilityZonesCommand, EC2Client, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import { GetDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { KafkaClient, paginateListClustersV2, paginateListKafkaVersions } from '@aws-sdk/client-kafka';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetNamespaceCommand, RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { awsCode, awsTrouble } from './aws-trouble.ts';
import { clientDefaults } from './client-defaults.ts';

/** The version parameter of CDK's default qualifier. */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
/** @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const NETWORKS_QUOTA = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };

/** The account of the environment's credentials, in one region. `close` ends the connections. */
export function awsAccount(region: string) {
  const options = { ...clientDefaults, region };
  const clients = {
    stacks: new CloudFormationClient(options),
    ec2: new EC2Client(options),
    glue: new GlueClient(options),
    kafka: new KafkaClient(options),
    lambda: new LambdaClient(options),
    redshift: new RedshiftServerlessClient(options),
    quotas: new ServiceQuotasClient(options),
    parameters: new SSMClient(options),
    sts: new STSClient(options),
  };
  return {
    accountId: () =>
      asked('STS GetCallerIdentity', region, async () => {
        const { Account: id = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
        return id;
      }),
    bootstrapVersion: () =>
      orNull('ParameterNotFound', 'SSM GetParameter', BOOTSTRAP_PARAMETER, async () => {
        const { Parameter } = await clients.parameters.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER }));
        return Number(Parameter?.Value);
      }),
    zoneIds: () =>
      asked('EC2 DescribeAvailabilityZones', region, async () => {
        const { AvailabilityZones = [] } = await clients.ec2.send(new DescribeAvailabilityZonesCommand({}));
        return AvailabilityZones.flatMap(({ State, ZoneId }) => (State === 'available' ? (ZoneId ?? []) : []));
      }),
    concurrentExecutions: () =>
      asked('Lambda GetAccountSettings', region, async () => {
        const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
        return AccountLimit?.ConcurrentExecutions ?? 0;
      }),
    networks: async () => ({
      used: await asked('EC2 DescribeVpcs', region, () =>
        count(paginateDescribeVpcs({ client: clients.ec2 }, {}), 'Vpcs'),
      ),
      quota: await asked('Service Quotas GetServiceQuota', NETWORKS_QUOTA.QuotaCode, async () => {
        const { Quota } = await clients.quotas.send(new GetServiceQuotaCommand(NETWORKS_QUOTA));
        return Quota?.Value ?? 0;
      }),
    }),
    kafkaVersions: () =>
      asked('MSK ListKafkaVersions', region, async () => {
        const versions: string[] = [];
        for await (const { KafkaVersions = [] } of paginateListKafkaVersions({ client: clients.kafka }, {})) {
          versions.push(
            ...KafkaVersions.flatMap(({ Status, Version }) => (Status === 'ACTIVE' ? (Version ?? []) : [])),
          );
        }
        return versions;
      }),
    serverlessClusters: () =>
      asked('MSK ListClustersV2', region, () =>
        count(
          paginateListClustersV2({ client: clients.kafka }, { ClusterTypeFilter: 'SERVERLESS' }),
          'ClusterInfoList',
        ),
      ),
    async existingDatabases(names: readonly string[]) {
      const found: string[] = [];
      for (const Name of names) {
        const database = await orNull('EntityNotFoundException', 'Glue GetDatabase', Name, () =>
          clients.glue.send(new GetDatabaseCommand({ Name })),
        );
        if (database !== null) found.push(Name);
      }
      return found;
    },
    async hasNamespace(namespaceName: string) {
      const ask = () => clients.redshift.send(new GetNamespaceCommand({ namespaceName }));
      return (
        (await orNull('ResourceNotFoundException', 'Redshift Serverless GetNamespace', namespaceName, ask)) !== null
      );
    },
    stacks: (names: readonly string[]) =>
      asked('CloudFormation DescribeStacks', region, async () => {
        const states = new Map<string, string>();
        for await (const { Stacks = [] } of paginateDescribeStacks({ client: clients.stacks }, {})) {
          for (const { StackName = '', StackStatus = '' } of Stacks) {
            if (names.includes(StackName)) states.set(StackName, StackStatus);
          }
        }
        return states;
      }),
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** @throws an error that names the request, AWS's code and what to do. */
async function asked<T>(operation: string, target: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw awsTrouble(operation, target, error);
  }
}

/** Null if AWS responds that the resource does not exist. */
async function orNull<T>(code: string, operation: string, target: string, ask: () => Promise<T>): Promise<T | null> {
  return asked(operation, target, async () => {
    try {
      return await ask();
    } catch (error) {
      if (awsCode(error) === code) return null;
      throw error;
    }
  });
}

async function count<Name extends string>(
  pages: AsyncIterable<{ readonly [Key in Name]?: readonly unknown[] | undefined }>,
  name: Name,
): Promise<number> {
  let all = 0;
  for await (const page of pages) all += page[name]?.length ?? 0;
  return all;
}
