import { ArnFormat, CustomResource, Duration } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CompositePrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnNamespace, CfnWorkgroup } from 'aws-cdk-lib/aws-redshiftserverless';
import type { Construct } from 'constructs';
import type { SchemasEnv } from '../../lambdas/schemas/env.ts';
import type { UsageLimitEnv } from '../../lambdas/usage-limit/env.ts';
import type { Contract } from '../contracts/contract.ts';
import { warehouseSetUp } from '../derive/warehouse-set-up.ts';
import { acknowledge } from './acknowledge.ts';
import { acknowledgeOwnStatements, dataApiStatements } from './data-api.ts';
import type { Deployment, Warehouse } from './deployment.ts';
import { LAKE_FOLDER, type Lake } from './lake-stack.ts';
import { deploymentName, runnerRoleName } from './naming.ts';
import type { Network } from './network-stack.ts';
import { WeirFunction } from './weir-function.ts';
import { WeirStack } from './weir-stack.ts';

const WAREHOUSE_DATABASE = 'weir';
const ADMIN = 'weir_admin';

interface WarehouseProps {
  readonly warehouse: Warehouse;
  readonly network: Network;
  readonly lake: Lake;
  readonly contracts: readonly Contract[];
}

/** Redshift's resources that other stacks use. */
export interface Redshift {
  readonly workgroupName: string;
  readonly workgroupArn: string;
  readonly database: string;
}

/** Redshift Serverless with cost limits, and the role with which it reads the lake. */
export class WarehouseStack extends WeirStack implements Redshift {
  readonly workgroup: CfnWorkgroup;
  readonly namespace: CfnNamespace;
  readonly workgroupName: string;
  readonly workgroupArn: string;
  readonly database = WAREHOUSE_DATABASE;
  /** For external schemas: may read the lake's objects and catalogue, and nothing else. */
  readonly spectrumRole: Role;

  constructor(scope: Construct, deployment: Deployment, { warehouse, network, lake, contracts }: WarehouseProps) {
    super(scope, 'Warehouse', deployment, 'Redshift Serverless over the lake');
    const name = deploymentName(deployment);
    this.spectrumRole = this.addSpectrumRole(lake);
    this.namespace = new CfnNamespace(this, 'Namespace', {
      namespaceName: name,
      dbName: WAREHOUSE_DATABASE,
      adminUsername: ADMIN,
      // Created and rotated by Secrets Manager; nobody uses it directly, because the Data API authenticates with IAM.
      manageAdminPassword: true,
      iamRoles: [this.spectrumRole.roleArn],
      defaultIamRoleArn: this.spectrumRole.roleArn,
      // Not useractivitylog: it would copy every statement, including literals, into a log group that Redshift creates
      // and that never expires. SYS_QUERY_HISTORY has the statements of the last days.
      logExports: ['userlog', 'connectionlog'],
      ...(deployment.keepData ? { finalSnapshotName: `${name}-final`, finalSnapshotRetentionPeriod: 30 } : {}),
    });
    this.namespace.applyRemovalPolicy(this.dataRemoval);
    this.workgroup = new CfnWorkgroup(this, 'Workgroup', {
      workgroupName: name,
      namespaceName: name,
      baseCapacity: warehouse.baseRpu,
      maxCapacity: warehouse.maxRpu,
      publiclyAccessible: false,
      // Spectrum reads S3 and Glue on AWS's side; routing it through our network would cost extra.
      enhancedVpcRouting: false,
      subnetIds: network.subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [this.closedSecurityGroup(network).securityGroupId],
      configParameters: [
        { parameterKey: 'require_ssl', parameterValue: 'true' },
        { parameterKey: 'max_query_execution_time', parameterValue: '3600' },
      ],
    });
    this.workgroup.addResourceDependency(this.namespace);
    this.workgroup.applyRemovalPolicy(this.dataRemoval);
    this.workgroupName = this.workgroup.attrWorkgroupWorkgroupName;
    this.workgroupArn = this.workgroup.attrWorkgroupWorkgroupArn;
    this.addUsageLimit(warehouse);
    this.addExternalSchemas(contracts, warehouse);
  }

  /** No network access: statements arrive through the Data API. */
  private closedSecurityGroup({ vpc }: Network): SecurityGroup {
    return new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Redshift: reached by the Data API only',
      allowAllOutbound: false,
    });
  }

  private addSpectrumRole(lake: Lake): Role {
    const role = new Role(this, 'SpectrumRole', {
      description: `Weir ${this.deployment.name}: lets Redshift read the lake`,
      // Redshift Serverless requires both. Only principals that may pass the role can assign it to a namespace.
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('redshift-serverless.amazonaws.com'),
        new ServicePrincipal('redshift.amazonaws.com'),
      ),
      inlinePolicies: {
        Weir: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Objects',
              actions: ['s3:GetObject'],
              resources: [lake.bucket.arnForObjects(`${LAKE_FOLDER}*`)],
            }),
            new PolicyStatement({
              sid: 'Bucket',
              actions: ['s3:GetBucketLocation', 's3:ListBucket'],
              resources: [lake.bucket.bucketArn],
            }),
            new PolicyStatement({
              sid: 'Catalogue',
              actions: [
                'glue:BatchGetPartition',
                'glue:GetDatabase',
                'glue:GetDatabases',
                'glue:GetPartition',
                'glue:GetPartitions',
                'glue:GetTable',
                'glue:GetTables',
              ],
              resources: lake.catalogArns(lake.tables),
            }),
          ],
        }),
      },
    });
    lake.acknowledgeObjects(role, 'Redshift reads every object of the tables’ folder, and no other.');
    return role;
  }

  /** CloudFormation has no resource for it. */
  private addUsageLimit({ dailyRpuHours }: Warehouse): void {
    const environment: UsageLimitEnv = {};
    const limiting = new WeirFunction(this, 'LimitUsage', {
      deployment: this.deployment,
      lambda: 'usage-limit',
      description: 'Keeps the daily usage limit of the warehouse',
      environment,
      // A few requests at deployment: the minimum with which Node starts quickly.
      memoryMegabytes: 256,
      timeout: Duration.minutes(1),
      statements: [
        new PolicyStatement({
          sid: 'Limits',
          actions: [
            'redshift-serverless:CreateUsageLimit',
            'redshift-serverless:DeleteUsageLimit',
            'redshift-serverless:ListUsageLimits',
            'redshift-serverless:UpdateUsageLimit',
          ],
          resources: ['*'],
        }),
      ],
    });
    acknowledge(
      limiting.role,
      'IAM5[Resource::*]',
      'Redshift Serverless generates the names of usage limits, so they are not known in advance.',
    );
    new CustomResource(this, 'DailyLimit', {
      resourceType: 'Custom::WeirUsageLimit',
      serviceToken: limiting.fn.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { WorkgroupArn: this.workgroupArn, DailyRpuHours: dailyRpuHours },
    });
  }

  /** The external schemas with which Redshift reads the lake, the models' user and the readers' role. */
  private addExternalSchemas(contracts: readonly Contract[], warehouse: Warehouse): void {
    const environment: SchemasEnv = {};
    const name = deploymentName(this.deployment);
    // Redshift names its managed secret redshift!NAMESPACE-ADMIN; Secrets Manager appends a dash and six characters to
    // every name. AWS does not document that name, ARNs of many namespaces show it, and CloudFormation has no attribute
    // for it (https://github.com/aws/aws-cdk/issues/29930). The function itself requests the ARN and does not rely on
    // the name.
    const secretArn = this.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `redshift!${name}-${ADMIN}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const making = new WeirFunction(this, 'MakeSchemas', {
      deployment: this.deployment,
      lambda: 'schemas',
      description: 'Makes the external schemas of the warehouse, and its users',
      environment,
      // A few requests at deployment: the minimum with which Node starts quickly.
      memoryMegabytes: 256,
      // The first statement wakes the warehouse.
      timeout: Duration.minutes(4),
      statements: [
        new PolicyStatement({
          sid: 'Namespace',
          actions: ['redshift-serverless:GetNamespace'],
          resources: [this.namespace.attrNamespaceNamespaceArn],
        }),
        ...dataApiStatements({
          workgroupArn: this.workgroupArn,
          secretArn,
          submit: ['redshift-data:ExecuteStatement'],
          follow: ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
        }),
      ],
    });
    acknowledgeOwnStatements(making.role);
    const statements = warehouseSetUp({
      contracts,
      database: WAREHOUSE_DATABASE,
      spectrumRoleArn: this.spectrumRole.roleArn,
      runnerRoleName: runnerRoleName(this.deployment),
      readerRole: warehouse.readerRole,
      readersSeePersonalData: warehouse.readersSeePersonalData,
    });
    new CustomResource(this, 'ExternalSchemas', {
      resourceType: 'Custom::WeirExternalSchemas',
      serviceToken: making.fn.functionArn,
      serviceTimeout: Duration.minutes(10),
      properties: {
        WorkgroupName: this.workgroupName,
        Database: WAREHOUSE_DATABASE,
        NamespaceName: name,
        Statements: this.toJsonString(statements),
      },
    });
  }
}
