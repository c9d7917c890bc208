import { ArnFormat } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { LAKE_DATABASE } from '../derive/names.ts';
import { acknowledge } from './acknowledge.ts';
import { LAKE_FOLDER } from './lake-stack.ts';
import { deploymentName, stackId } from './naming.ts';
import type { WeirStack } from './weir-stack.ts';

/**
 * The permissions of `weir verify`, in addition to those of the checks before a deployment. The deploying role is
 * created first, so its resources are identified by what is known then: functions by their tag, buckets by the prefix
 * of their names, which comes from their stack. Athena reads catalogue and objects, and writes results, on behalf of
 * the caller.
 * @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
 */
export function verifyStatements(stack: WeirStack): PolicyStatement[] {
  const { deployment } = stack;
  const glue = (resource: string, resourceName?: string) =>
    stack.formatArn({ service: 'glue', resource, resourceName });
  const workgroup = { service: 'athena', resource: 'workgroup', resourceName: deploymentName(deployment) };
  const { lakeBuckets, resultBuckets, functions, statusRoutes } = names(stack);
  return [
    new PolicyStatement({
      sid: 'CallFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: [functions],
      conditions: { StringEquals: { 'aws:ResourceTag/weir': deployment.name } },
    }),
    new PolicyStatement({ sid: 'Mappings', actions: ['lambda:ListEventSourceMappings'], resources: ['*'] }),
    ...(deployment.live?.auth.kind === 'iam'
      ? [new PolicyStatement({ sid: 'Status', actions: ['execute-api:Invoke'], resources: [...statusRoutes] })]
      : []),
    new PolicyStatement({
      sid: 'Queries',
      actions: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'],
      resources: [stack.formatArn(workgroup)],
    }),
    new PolicyStatement({
      sid: 'LakeTables',
      actions: ['glue:GetPartitions', 'glue:GetTable'],
      resources: [glue('catalog'), glue('database', LAKE_DATABASE), glue('table', `${LAKE_DATABASE}/*`)],
    }),
    new PolicyStatement({
      sid: 'LakeObjects',
      actions: ['s3:GetObject'],
      resources: [`${lakeBuckets}/${LAKE_FOLDER}*`, `${resultBuckets}/*`],
    }),
    new PolicyStatement({
      sid: 'LakeBuckets',
      actions: ['s3:GetBucketLocation', 's3:ListBucket'],
      resources: [lakeBuckets],
    }),
    new PolicyStatement({
      sid: 'Results',
      actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [`${resultBuckets}/*`],
    }),
  ];
}

/** Records why the role has them. */
export function acknowledgeVerify(role: Role, stack: WeirStack): void {
  const { lakeBuckets, resultBuckets, functions, statusRoutes } = names(stack);
  const table = stack.formatArn({ service: 'glue', resource: 'table', resourceName: `${LAKE_DATABASE}/*` });
  const reasons: Readonly<Record<string, string>> = {
    [functions]: 'Only functions with the tag of this deployment.',
    ...(stack.deployment.live?.auth.kind === 'iam'
      ? Object.fromEntries(
          statusRoutes.map((route) => [route, 'APIs have no names of ours; only one path that reads.']),
        )
      : {}),
    [table]: 'All tables of the lake, which streams add to.',
    [lakeBuckets]: 'Buckets of the Lake stack, whose names end at random.',
    [`${lakeBuckets}/${LAKE_FOLDER}*`]: 'Athena reads objects with names of the moment in the caller’s name.',
    [`${resultBuckets}/*`]: 'Athena writes results with names of the moment in the caller’s name.',
  };
  for (const [resource, reason] of Object.entries(reasons)) {
    // cdk-nag's notation for an account that is known only at deployment.
    acknowledge(role, `IAM5[Resource::${resource.replace(stack.account, '<AWS::AccountId>')}]`, reason);
  }
}

function names(stack: WeirStack) {
  const prefix = stackId(stack.deployment, 'Lake').toLowerCase();
  const bucket = (resource: string) => stack.formatArn({ service: 's3', region: '', account: '', resource });
  return {
    lakeBuckets: bucket(`${prefix}-*`),
    // The construct is named Athena, its bucket Results.
    resultBuckets: bucket(`${prefix}-athenaresults*`),
    // The route is the API's $default, which IAM may also name.
    statusRoutes: ['*/$default/GET/status', '*/$default/$default'].map((resource) =>
      stack.formatArn({ service: 'execute-api', resource, arnFormat: ArnFormat.NO_RESOURCE_NAME }),
    ),
    functions: stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  };
}
