/** Queries of an AWS account and region before a deployment. All of them are read-only. */
export interface Account {
  /** The twelve-digit id of the account of the current credentials. @throws if there are no credentials. */
  accountId(): Promise<string>;
  /** The version of the `cdk bootstrap` stack; null if it was never deployed. */
  bootstrapVersion(): Promise<number | null>;
  /** Ids of the zones that are available to the account: `use1-az2`. */
  zoneIds(): Promise<readonly string[]>;
  /** The limit of concurrent function executions. */
  concurrentExecutions(): Promise<number>;
  /** The number of VPCs, and its limit. */
  networks(): Promise<{ readonly used: number; readonly quota: number }>;
  /** The Kafka versions that MSK supports: `3.9.x.kraft`. */
  kafkaVersions(): Promise<readonly string[]>;
  /** The number of MSK Serverless clusters. @throws if the region does not offer the service. */
  serverlessClusters(): Promise<number>;
  /** The databases of the Glue catalogue among these names that exist. */
  existingDatabases(names: readonly string[]): Promise<readonly string[]>;
  /** Whether Redshift Serverless has a namespace of that name. @throws if the region does not offer the service. */
  hasNamespace(name: string): Promise<boolean>;
  /** The CloudFormation stacks among these names that exist, with their states: `UPDATE_COMPLETE`. */
  stacks(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
