import { describe, expect, it } from 'vitest';
import { meteredStreams, refinedStreams } from '../../lib/derive/topic-readers.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { preflightActions } from '../support/deploy-role-actions.ts';
import {
  brokers,
  dev,
  ofType,
  only,
  prod,
  type Resource,
  synthesised,
  type Templates,
} from '../support/synthesised.ts';

const templates = synthesised();
const kinds = {
  'dev, on MSK Serverless': templates,
  'prod, on Express brokers': synthesised({ ...prod }),
  'Standard brokers, on-demand pollers': synthesised({ broker: brokers.standard, pollers: 'onDemand' }),
  'a cluster of others': synthesised({ broker: brokers.existing }),
};

const properties = (resources: ReadonlyMap<string, Resource>) =>
  [...resources.values()].map(({ Properties = {} }) => Properties);

const all = (found: Templates, type: string) => properties(ofType(found, type));

describe.each(Object.entries(kinds))('%s', (_, found) => {
  it('only the function of example events reserves concurrency, since a new account has none to reserve', () => {
    const reserving = all(found, 'AWS::Lambda::Function')
      .filter(({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions !== undefined)
      .map(({ Description }) => Description);
    expect(reserving.filter((description) => description !== 'Sends example events')).toEqual([]);
  });

  it('no bucket can be made public, and each encrypts', () => {
    const buckets = all(found, 'AWS::S3::Bucket');
    // Where there is a dashboard, its files have a bucket.
    expect(buckets.length).toBe(3 + ofType(found, 'AWS::CloudFront::Distribution').size);
    for (const bucket of buckets) {
      expect(bucket).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      });
    }
  });

  it('each bucket answers over TLS only', () => {
    const denying = all(found, 'AWS::S3::BucketPolicy').filter((policy) =>
      JSON.stringify(policy).includes('{"Bool":{"aws:SecureTransport":"false"}}'),
    );
    expect(denying.length).toBe(all(found, 'AWS::S3::Bucket').length);
  });

  it('nothing is public: no gateway to the internet, no address, no open port', () => {
    expect(all(found, 'AWS::EC2::InternetGateway')).toEqual([]);
    expect(all(found, 'AWS::EC2::NatGateway')).toEqual([]);
    expect(all(found, 'AWS::Lambda::Url')).toEqual([]);
    for (const subnet of all(found, 'AWS::EC2::Subnet')) expect(subnet.MapPublicIpOnLaunch).toBe(false);
    const inbound = all(found, 'AWS::EC2::SecurityGroup').flatMap((group) => group.SecurityGroupIngress ?? []);
    expect(JSON.stringify(inbound)).not.toContain('0.0.0.0/0');
    for (const rule of all(found, 'AWS::EC2::SecurityGroupIngress')) {
      expect(rule).toMatchObject({ FromPort: 9098, ToPort: 9098 });
      expect(rule.SourceSecurityGroupId).toBeDefined();
    }
    expect(only(found, 'AWS::RedshiftServerless::Workgroup').PubliclyAccessible).toBe(false);
  });

  it('the mappings of sink, refinements and meter neither skip a batch nor leave gaps in one', () => {
    const mappings = all(found, 'AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBe(
      contracts.length + refinedStreams(contracts).sources.length + meteredStreams(contracts).length,
    );
    for (const mapping of mappings) {
      expect(mapping).not.toHaveProperty('DestinationConfig');
      expect(mapping).not.toHaveProperty('FunctionResponseTypes');
      expect(mapping).not.toHaveProperty('FilterCriteria');
      expect(mapping).not.toHaveProperty('MaximumRetryAttempts');
      expect(mapping).not.toHaveProperty('MaximumRecordAgeInSeconds');
      expect(mapping).toMatchObject({ StartingPosition: 'TRIM_HORIZON', BatchSize: 10_000 });
    }
  });

  it('every function has a role, a log that ends, a time limit and a tried runtime', () => {
    const functions = all(found, 'AWS::Lambda::Function');
    const roles = functions.map(({ Role }) => JSON.stringify(Role));
    expect(new Set(roles).size).toBe(functions.length);
    for (const fn of functions) {
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: expect.any(Number),
        Timeout: expect.any(Number),
        LoggingConfig: { LogGroup: expect.anything(), LogFormat: 'JSON' },
      });
    }
    for (const log of all(found, 'AWS::Logs::LogGroup')) expect(log.RetentionInDays).toBeGreaterThan(0);
  });

  it('no role has a policy of AWS’s, and none may do everything with anything', () => {
    for (const role of all(found, 'AWS::IAM::Role')) expect(role).not.toHaveProperty('ManagedPolicyArns');
    const actions = JSON.stringify(all(found, 'AWS::IAM::Role')).match(/"[a-z0-9-]+:[A-Za-z]*\*"/g);
    expect(actions).toBeNull();
  });
});

interface GlueTableInput {
  readonly Name: string;
  readonly PartitionKeys?: readonly unknown[];
  readonly StorageDescriptor: { readonly Columns: readonly { readonly Type: string }[] };
}

describe('the lake', () => {
  it('keeps deleted objects for a month and drops unfinished uploads', () => {
    const lake = all(templates, 'AWS::S3::Bucket').find((bucket) => 'VersioningConfiguration' in bucket);
    expect(lake).toMatchObject({ VersioningConfiguration: { Status: 'Enabled' } });
    expect(lake).toMatchObject({
      LifecycleConfiguration: {
        Rules: [
          { NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
        ],
      },
    });
  });

  it('has a table for each stream, the dead letters, and the names of old', () => {
    const names = all(templates, 'AWS::Glue::Table').map(
      ({ DatabaseName, TableInput }) => `${DatabaseName}.${(TableInput as { Name: string }).Name}`,
    );
    expect(names).toContain('lake.dead_letters');
    expect(names).toContain('random_profile.random_customers');
    expect(names.length).toBe(contracts.length + 2);
  });

  it('has no binary column in a table with partitions, which Redshift could not read', () => {
    const partitioned = all(templates, 'AWS::Glue::Table')
      .map(({ TableInput }) => TableInput as GlueTableInput)
      .filter(({ PartitionKeys = [] }) => PartitionKeys.length > 0);
    expect(partitioned.length).toBe(contracts.length + 2);
    for (const { Name, StorageDescriptor } of partitioned) {
      const binary = StorageDescriptor.Columns.filter(({ Type }) => Type === 'binary');
      expect(binary, Name).toEqual([]);
    }
  });

  it('is asked within a limit that nobody can lift for a query', () => {
    expect(only(templates, 'AWS::Athena::WorkGroup')).toMatchObject({
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: dev.athenaScanLimitGigabytes * 1024 ** 3,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
      },
    });
    expect(ofType(templates, 'AWS::Athena::NamedQuery').size).toBeGreaterThan(0);
  });
});

describe('the brokers', () => {
  it('take clients with IAM only: Serverless', () => {
    expect(only(templates, 'AWS::MSK::ServerlessCluster').ClientAuthentication).toEqual({
      Sasl: { Iam: { Enabled: true } },
    });
  });

  it.each(['prod, on Express brokers', 'Standard brokers, on-demand pollers'] as const)(
    'and over TLS only: %s',
    (kind) => {
      expect(only(kinds[kind], 'AWS::MSK::Cluster')).toMatchObject({
        // Express brokers have no "3.9.x".
        KafkaVersion: '3.9.x.kraft',
        ClientAuthentication: { Sasl: { Iam: { Enabled: true } }, Unauthenticated: { Enabled: false } },
        EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
        BrokerNodeGroupInfo: { ConnectivityInfo: { PublicAccess: { Type: 'DISABLED' } } },
      });
    },
  );

  it('have a topic for each stream, as its contract says, whichever way it is made', () => {
    const expected = contracts.map(({ name, kafkaPartitions }) => `${name} ${kafkaPartitions}`).sort();
    const managed = all(templates, 'Custom::WeirTopic').map(
      ({ topic, kafkaPartitions }) => `${topic} ${kafkaPartitions}`,
    );
    const declared = all(kinds['prod, on Express brokers'], 'AWS::MSK::Topic').map(
      ({ TopicName, PartitionCount }) => `${TopicName} ${PartitionCount}`,
    );
    expect(managed.sort()).toEqual(expected);
    expect(declared.sort()).toEqual(expected);
  });

  it('stamp the records themselves', () => {
    for (const topic of all(kinds['prod, on Express brokers'], 'AWS::MSK::Topic')) {
      const config = Buffer.from(String(topic.Configs), 'base64').toString().split('\n');
      expect(config).toContain('message.timestamp.type=LogAppendTime');
    }
  });

  it('topics that were there before Weir are not made', () => {
    const renamed = synthesised({ topics: { 'shop.purchases': 'legacy-purchases' } });
    const made = all(renamed, 'Custom::WeirTopic').map(({ topic }) => topic);
    expect(made).not.toContain('legacy-purchases');
    expect(made).not.toContain('shop.purchases');
    expect(all(renamed, 'AWS::Lambda::EventSourceMapping').map(({ Topics }) => Topics)).toContainEqual([
      'legacy-purchases',
    ]);
  });
});

describe('pollers', () => {
  it('provisioned ones share what they are billed by, say why they stall, and need no endpoint', () => {
    const groups = all(templates, 'AWS::Lambda::EventSourceMapping').map(
      ({ ProvisionedPollerConfig }) => ProvisionedPollerConfig,
    );
    for (const group of groups) expect(group).toMatchObject({ PollerGroupName: 'weir-dev', MinimumPollers: 1 });
    for (const mapping of all(templates, 'AWS::Lambda::EventSourceMapping')) {
      expect(mapping).toMatchObject({
        LoggingConfig: { SystemLogLevel: 'WARN' },
        MetricsConfig: { Metrics: ['ErrorCount'] },
      });
    }
    const services = all(templates, 'AWS::EC2::VPCEndpoint').map(({ VpcEndpointType }) => VpcEndpointType);
    expect(services).toEqual(['Gateway']);
  });

  it('on-demand ones have the endpoints of Lambda and STS, and a way to them', () => {
    const found = kinds['Standard brokers, on-demand pollers'];
    const endpoints = all(found, 'AWS::EC2::VPCEndpoint').filter(
      ({ VpcEndpointType }) => VpcEndpointType === 'Interface',
    );
    const services = endpoints.map(({ ServiceName }) => String(ServiceName).split('.').at(-1)).sort();
    expect(services).toEqual(['lambda', 'sts']);
    for (const endpoint of endpoints) expect(endpoint.PrivateDnsEnabled).toBe(true);
    for (const mapping of all(found, 'AWS::Lambda::EventSourceMapping')) {
      // Neither is offered without provisioned pollers.
      for (const name of ['ProvisionedPollerConfig', 'LoggingConfig', 'MetricsConfig']) {
        expect(mapping).not.toHaveProperty(name);
      }
    }
  });
});

describe('tear-down', () => {
  /** Ids of the same stack that a resource refers to: CloudFormation deletes it before them. */
  const refersTo = (resource: Resource | undefined) => {
    const text = JSON.stringify(resource ?? {});
    return [...text.matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].map(([, id = '']) => id);
  };

  it.each(Object.entries(kinds))(
    'mappings go before their function and it before its role, by which interfaces are removed: %s',
    (_, { processing }) => {
      const mappings = Object.values(processing).filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping');
      expect(mappings.length).toBeGreaterThan(0);
      for (const mapping of mappings) {
        const functions = refersTo(mapping).filter((id) => processing[id]?.Type === 'AWS::Lambda::Function');
        expect(functions).toHaveLength(1);
        const roles = refersTo(processing[functions[0] ?? '']).filter(
          (id) => processing[id]?.Type === 'AWS::IAM::Role',
        );
        expect(roles).toHaveLength(1);
        // Part of the role, so that it never stands without its permissions.
        expect(JSON.stringify(processing[roles[0] ?? '']?.Properties?.Policies)).toContain(
          'ec2:DeleteNetworkInterface',
        );
      }
    },
  );
});

describe('network paths', () => {
  it('subnets are in zones that are named by id, since letters and positions differ between accounts', () => {
    const subnets = [...ofType(templates, 'AWS::EC2::Subnet').values()].map(({ Properties }) => Properties);
    expect(subnets.map((subnet) => subnet?.AvailabilityZoneId)).toEqual(['use1-az2', 'use1-az4', 'use1-az6']);
    for (const subnet of subnets) expect(subnet).not.toHaveProperty('AvailabilityZone');
  });

  const inNetwork = (found: Templates) =>
    all(found, 'AWS::Lambda::Function')
      .filter(({ VpcConfig }) => VpcConfig !== undefined)
      .map(({ Description }) => Description);

  it('only functions that talk to the brokers are in the network', () => {
    expect(inNetwork(templates).sort()).toEqual([
      'Appends what records refine to, topic to topic',
      'Makes topics and changes what may change of them',
      'Says how far the meter has read each topic',
      'Sends example events',
      'Takes events by HTTP and appends them to their topics',
    ]);
  });

  it('the way out to S3 leads to CloudFormation’s bucket of answers and no other', () => {
    expect(only(templates, 'AWS::EC2::VPCEndpoint').PolicyDocument).toMatchObject({
      Statement: [{ Action: 's3:PutObject', Effect: 'Allow' }],
    });
    expect(JSON.stringify(only(templates, 'AWS::EC2::VPCEndpoint').PolicyDocument)).toContain(
      'cloudformation-custom-resource-response-useast1/*',
    );
  });
});

describe('schedules', () => {
  it('tell the function which time is meant, so that a time delivered twice is known', () => {
    const schedules = all(templates, 'AWS::Scheduler::Schedule');
    expect(schedules.length).toBe(4);
    for (const { Target, ScheduleExpressionTimezone } of schedules) {
      const target = Target as { Input: string };
      expect(JSON.parse(target.Input)).toMatchObject({ scheduledTime: '<aws.scheduler.scheduled-time>' });
      expect(target).toMatchObject({
        RetryPolicy: { MaximumRetryAttempts: 5 },
        DeadLetterConfig: { Arn: expect.anything() },
      });
      expect(ScheduleExpressionTimezone).toBe('Etc/UTC');
    }
  });

  it('hand runs over to Lambda, whose own failures and drops go to a queue of their own', () => {
    const configs = all(templates, 'AWS::Lambda::EventInvokeConfig');
    expect(configs.length).toBe(3);
    for (const config of configs) {
      expect(config).toMatchObject({
        MaximumEventAgeInSeconds: 3600,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^FailedRuns/), 'Arn'] } },
        },
      });
    }
  });

  it('no example events in prod', () => {
    const expressions = (found: Templates) =>
      all(found, 'AWS::Scheduler::Schedule').map(({ ScheduleExpression }) => ScheduleExpression);
    expect(expressions(templates)).toContain('rate(1 minute)');
    expect(expressions(kinds['prod, on Express brokers'])).not.toContain('rate(1 minute)');
  });
});

describe('the warehouse', () => {
  it('is bounded in capacity and in a day’s use', () => {
    expect(only(templates, 'AWS::RedshiftServerless::Workgroup')).toMatchObject({ BaseCapacity: 4, MaxCapacity: 4 });
    expect(only(templates, 'Custom::WeirUsageLimit')).toMatchObject({ DailyRpuHours: 8 });
  });

  it('takes connections over TLS only, and its password is nobody’s', () => {
    expect(only(templates, 'AWS::RedshiftServerless::Workgroup').ConfigParameters).toContainEqual({
      ParameterKey: 'require_ssl',
      ParameterValue: 'true',
    });
    expect(only(templates, 'AWS::RedshiftServerless::Namespace')).toMatchObject({
      ManageAdminPassword: true,
      // useractivitylog would keep every statement, with its literals, for good.
      LogExports: ['userlog', 'connectionlog'],
    });
  });

  it('sees the lake through its external schemas, by a role that reads and no more', () => {
    const [, schemas = { Properties: {} }] = [...ofType(templates, 'Custom::WeirExternalSchemas')][0] ?? [];
    const text = JSON.stringify(schemas.Properties);
    expect(text).toContain("data catalog database 'lake'");
    expect(text).toContain('s3_spectrum_random_profile');
    expect(text).toMatch(/SpectrumRole\w+/);
  });

  it('may take the role on as either of the services that Redshift Serverless is', () => {
    const [, role] = [...ofType(templates, 'AWS::IAM::Role')].find(([id]) => id.startsWith('SpectrumRole')) ?? [];
    const trust = role?.Properties?.AssumeRolePolicyDocument as { readonly Statement: readonly unknown[] };
    const services = ['redshift-serverless.amazonaws.com', 'redshift.amazonaws.com'];
    expect(trust.Statement).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: services } }]);
  });

  it('is left out where none is wanted', () => {
    expect(synthesised({ warehouse: null }).warehouse).toEqual({});
  });
});

describe('the deploy role', () => {
  it.each(['example/weir', 'example@12/weir@345'])('trusts %s, as GitHub names it', (repository) => {
    const { deployRole } = synthesised({
      ...prod,
      github: { repository, environment: 'prod', oidcProvider: 'create' },
    });
    const subjects = [...JSON.stringify(deployRole).matchAll(/"token.actions.githubusercontent.com:sub":"([^"]*)"/g)];
    expect(subjects.map(([, subject]) => subject)).toEqual([
      `repo:${repository}:environment:prod`,
      `repo:${repository}:environment:prod-diff`,
    ]);
  });

  /** What these may do, and with what, is found by role-findings.ts. */
  const verifies = ['CallFunctions', 'Mappings', 'Queries', 'LakeTables', 'LakeObjects', 'LakeBuckets', 'Results'].map(
    (Sid) => ({ Sid }),
  );

  it('brings its provider, or trusts that which the account has', () => {
    const providers = (oidcProvider: 'create' | 'existing') => {
      const { deployRole } = synthesised({ ...prod, github: { repository: 'a/b', environment: 'prod', oidcProvider } });
      const made = Object.values(deployRole).filter(({ Type }) => Type === 'AWS::IAM::OIDCProvider').length;
      return {
        made,
        trusts: JSON.stringify(deployRole).includes(':oidc-provider/token.actions.githubusercontent.com'),
      };
    };
    expect(providers('create')).toEqual({ made: 1, trusts: false });
    expect(providers('existing')).toEqual({ made: 0, trusts: true });
  });

  it.each([
    [
      'deploys',
      'prod',
      ['deploy', 'file-publishing', 'lookup'],
      [{ Action: preflightActions, Resource: '*' }, ...verifies],
    ],
    ['compares', 'prod-diff', ['lookup'], []],
  ])(
    'that %s is for one environment of one repository, and may only be what the bootstrap made for it, and do what checks and verification do',
    (_, environment, bootstrapped, asked) => {
      const roles = all(kinds['prod, on Express brokers'], 'AWS::IAM::Role').filter((role) =>
        JSON.stringify(role).includes(`:environment:${environment}"`),
      );
      expect(roles).toHaveLength(1);
      expect(roles[0]).toMatchObject({
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: {
                  'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                  'token.actions.githubusercontent.com:sub': `repo:example@0/weir@0:environment:${environment}`,
                },
              },
            },
          ],
        },
        Policies: [
          {
            PolicyDocument: {
              Statement: [{ Action: 'sts:AssumeRole' }, ...asked],
            },
          },
        ],
      });
      const named = [...JSON.stringify(roles[0]?.Policies).matchAll(/cdk-hnb659fds-([a-z-]+)-role-/g)].map(
        ([, name]) => name,
      );
      expect(named).toEqual(bootstrapped);
    },
  );
});
