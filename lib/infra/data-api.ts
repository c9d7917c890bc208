import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.ts';

interface DataApiUse {
  readonly workgroupArn: string;
  /**
   * The ARN of the database user's password, which the Data API reads on behalf of the caller; null if the caller
   * connects as the database user of its IAM role, with temporary credentials.
   */
  readonly secretArn: string | null;
  /** Actions that run statements in the workgroup: `redshift-data:ExecuteStatement`. */
  readonly submit: readonly string[];
  /** Actions on submitted statements: `redshift-data:DescribeStatement`. */
  readonly follow: readonly string[];
}

/**
 * The IAM permissions that a function needs to run statements with the Redshift Data API.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html
 */
export function dataApiStatements({ workgroupArn, secretArn, submit, follow }: DataApiUse): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'Execute', actions: [...submit], resources: [workgroupArn] }),
    secretArn === null
      ? new PolicyStatement({
          sid: 'Credentials',
          actions: ['redshift-serverless:GetCredentials'],
          resources: [workgroupArn],
        })
      : new PolicyStatement({ sid: 'Password', actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
    new PolicyStatement({
      sid: 'OwnStatements',
      actions: [...follow],
      resources: ['*'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM, not of JavaScript
      conditions: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '${aws:userid}' } },
    }),
  ];
}

export function acknowledgeOwnStatements(role: Role): void {
  acknowledge(
    role,
    'IAM5[Resource::*]',
    'Statements have no names before they are run; the condition narrows this to the function’s own.',
  );
}
