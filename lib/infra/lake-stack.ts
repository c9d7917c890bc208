import { CfnResource, Duration } from 'aws-cdk-lib';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Bucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { deadLetterGlueTable, type GlueTable, glueTables } from '../derive/glue.ts';
import { DEAD_LETTERS, lakeTable } from '../derive/names.ts';
import { deadLetterQueries } from '../derive/saved-queries.ts';
import { tableFolder } from '../derive/table-partition.ts';
import type { Project } from '../project.ts';
import { acknowledge } from './acknowledge.ts';
import { AthenaWorkgroup } from './athena.ts';
import type { Deployment } from './deployment.ts';
import { pascalCase } from './naming.ts';
import { privateBucket } from './private-bucket.ts';
import { WeirStack } from './weir-stack.ts';

/** The folder of all tables in the lake's bucket. */
export const LAKE_FOLDER = 'lake/';

/** The lake's resources that other stacks use. */
export interface Lake {
  readonly bucket: Bucket;
  /** The ARNs of catalogue, databases and tables that Glue requires in a statement on tables. */
  catalogArns(tables: readonly GlueTable[]): string[];
  /** Suppresses the finding that a role of another stack may use all objects, whose names are not known in advance. */
  acknowledgeObjects(role: Role, reason: string): void;
  /** Every table, dead letters included. */
  readonly tables: readonly GlueTable[];
}

/** The lake: its bucket, its catalogue, and Athena to query it. */
export class LakeStack extends WeirStack implements Lake {
  readonly bucket: Bucket;
  readonly tables: readonly GlueTable[];
  readonly athena: AthenaWorkgroup;

  constructor(scope: Construct, deployment: Deployment, { contracts, savedQueries }: Project) {
    super(scope, 'Lake', deployment, 'Parquet tables and their catalogue');
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...privateBucket,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: this.dataRemoval,
      lifecycleRules: [{ id: 'Expire', expiration: Duration.days(90) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket,
      versioned: true,
      removalPolicy: this.dataRemoval,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'lake/',
      lifecycleRules: [
        // Objects are only created; deleted ones can be restored for a month.
        { id: 'Deleted', noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true },
        { id: 'Unfinished', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    const location = (table: { database: string; table: string }) =>
      `s3://${this.bucket.bucketName}/${LAKE_FOLDER}${tableFolder(table)}`;
    this.tables = [
      ...contracts.flatMap((contract) => glueTables(contract, location(lakeTable(contract)))),
      deadLetterGlueTable(location(DEAD_LETTERS)),
    ];
    this.addCatalog();
    this.athena = new AthenaWorkgroup(this, accessLogs, [...deadLetterQueries, ...savedQueries]);
  }

  catalogArns(tables: readonly GlueTable[]): string[] {
    const glue = (resource: string, resourceName?: string) =>
      this.formatArn({ service: 'glue', resource, resourceName });
    const databases = [...new Set(tables.map(({ DatabaseName }) => DatabaseName))];
    return [
      glue('catalog'),
      ...databases.map((database) => glue('database', database)),
      ...tables.map(({ DatabaseName, TableInput }) => glue('table', `${DatabaseName}/${TableInput.Name}`)),
    ];
  }

  acknowledgeObjects(role: Role, reason: string): void {
    const imported: Readonly<Record<string, string>> = this.resolve(this.exportValue(this.bucket.bucketArn));
    acknowledge(role, `IAM5[Resource::${imported['Fn::ImportValue']}/${LAKE_FOLDER}*]`, reason);
  }

  private addCatalog(): void {
    const databases = new Map<string, CfnDatabase>();
    for (const { DatabaseName: name } of this.tables) {
      if (databases.has(name)) continue;
      const database = new CfnDatabase(this, `Database${pascalCase(name)}`, {
        catalogId: this.account,
        databaseInput: { name, description: `Weir ${this.deployment.name}: tables over the lake.` },
      });
      database.applyRemovalPolicy(this.dataRemoval);
      databases.set(name, database);
    }
    for (const { DatabaseName, TableInput } of this.tables) {
      const id = `Table${pascalCase(DatabaseName)}${pascalCase(TableInput.Name)}`;
      const table = new CfnResource(this, id, {
        type: 'AWS::Glue::Table',
        properties: { CatalogId: this.account, DatabaseName, TableInput },
      });
      // The table's partitions are data too: without them, queries do not find the objects.
      table.applyRemovalPolicy(this.dataRemoval);
      const database = databases.get(DatabaseName);
      if (database !== undefined) table.addResourceDependency(database);
    }
  }
}
