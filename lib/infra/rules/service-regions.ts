/**
 * Regions that offer MSK Serverless.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html its note, read in November 2026
 */
export const MSK_SERVERLESS_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-north-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2'],
];

/**
 * Regions that offer Redshift Serverless, according to the endpoints in the AWS SDKs (botocore 1.43).
 * @see https://docs.aws.amazon.com/general/latest/gr/redshift-service.html
 */
export const REDSHIFT_SERVERLESS_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
  ...['ap-south-1', 'ap-south-2', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
  ...['ap-southeast-7', 'af-south-1', 'il-central-1', 'me-central-1'],
];

/**
 * Regions where Redshift Serverless accepts a base capacity of 4 RPU: the ten regions of its announcement in 2025.
 * Seven more have it since May 2026; a region is added here once it has been verified there, because otherwise the
 * deployment fails late.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html
 */
export const SMALLEST_RPU_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1', 'eu-north-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1'],
];

/**
 * Regions without the three zones that brokers and warehouse require.
 * @see
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-msk-cluster-brokernodegroupinfo.html
 */
export const REGIONS_OF_TWO_ZONES = ['us-west-1'];
