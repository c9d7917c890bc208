import { readFileSync } from 'node:fs';
import { actionsSentBy } from './function-findings.ts';

const sentBy = (...adapters: readonly string[]): readonly string[] =>
  adapters.flatMap((name) =>
    actionsSentBy(readFileSync(new URL(`../../lib/adapters/aws/${name}.ts`, import.meta.url), 'utf8')),
  );

/**
 * The actions of the requests of `weir doctor --aws`, from its adapter's imports; reading one's own identity needs no
 * permission.
 */
export const preflightActions: readonly string[] = sentBy('aws-account')
  .filter((action) => action !== 'sts:GetCallerIdentity')
  .sort();

/**
 * The actions that Athena performs on behalf of the caller.
 * @see https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
 */
const ofAthena = [
  ...['GetDatabase', 'GetPartitions', 'GetTable'].map((name) => `glue:${name}`),
  ...[
    'AbortMultipartUpload',
    'GetBucketLocation',
    'GetObject',
    'ListBucket',
    'ListMultipartUploadParts',
    'PutObject',
  ].map((name) => `s3:${name}`),
];

/** The actions of the requests of `weir verify`. */
export const verifyActions: readonly string[] = [
  ...new Set([...sentBy('athena-query', 'invoke-function', 'running-functions'), ...ofAthena]),
].sort();
