import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LAKE_DATABASE } from '../derive/names.ts';
import { LAKE_FOLDER, type Lake } from './lake-stack.ts';

/** Permissions to read the tables' hours, to list their objects and to read them; none to write. */
export function lakeReaderStatements(lake: Lake): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'Objects',
      actions: ['s3:GetObject'],
      resources: [lake.bucket.arnForObjects(`${LAKE_FOLDER}*`)],
    }),
    lakeListStatement(lake),
    new PolicyStatement({
      sid: 'Partitions',
      actions: ['glue:GetPartition', 'glue:GetPartitions'],
      resources: lake.catalogArns(lake.tables.filter(({ DatabaseName }) => DatabaseName === LAKE_DATABASE)),
    }),
  ];
}

/** Permission to list the lake's objects. */
export function lakeListStatement(lake: Lake): PolicyStatement {
  return new PolicyStatement({
    sid: 'List',
    actions: ['s3:ListBucket'],
    resources: [lake.bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': [`${LAKE_FOLDER}*`] } },
  });
}
