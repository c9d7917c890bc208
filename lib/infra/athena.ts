import { Duration } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { SavedQuery } from '../derive/saved-queries.ts';
import { deploymentName, pascalCase } from './naming.ts';
import { privateBucket } from './private-bucket.ts';
import type { WeirStack } from './weir-stack.ts';

const BYTES_A_GIGABYTE = 1024 ** 3;

/** Athena's workgroup for the lake: its result location, its limit per query, and saved queries. */
export class AthenaWorkgroup extends Construct {
  readonly name: string;

  constructor(stack: WeirStack, accessLogs: IBucket, savedQueries: readonly SavedQuery[]) {
    super(stack, 'Athena');
    const results = new Bucket(this, 'Results', {
      ...privateBucket,
      removalPolicy: stack.dataRemoval,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'athena/',
      lifecycleRules: [
        { id: 'Expire', expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    const workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name: deploymentName(stack.deployment),
      description: 'Queries over the lake.',
      recursiveDeleteOption: !stack.deployment.keepData,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: stack.deployment.athenaScanLimitGigabytes * BYTES_A_GIGABYTE,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${results.bucketName}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    this.name = workgroup.name;
    for (const { name, description, database, sql } of savedQueries) {
      const query = new CfnNamedQuery(this, `Query${pascalCase(name)}`, {
        name,
        description,
        database,
        queryString: sql,
        workGroup: workgroup.name,
      });
      query.addResourceDependency(workgroup);
    }
  }
}
