/** What is asked of an AWS account and region before a deployment. Everything here only reads. */
export interface Account {
  /** The twelve digits of the account whose credentials are used. @throws when there are none. */
  accountId(): Promise<string>;
  /** The version of what `cdk bootstrap` has made; null where it was never run. */
  bootstrapVersion(): Promise<number | null>;
  /** Ids of the zones that are available to the account: `use1-az2`. */
  zoneIds(): Promise<readonly string[]>;
  /** How many functions may run at once. */
  concurrentExecutions(): Promise<number>;
  /** How many networks there are, and how many there may be. */
  networks(): Promise<{ readonly used: number; readonly quota: number }>;
  /** Versions of Kafka that brokers may have: `3.9.x.kraft`. */
  kafkaVersions(): Promise<readonly string[]>;
  /** How many clusters of MSK Serverless there are; it throws where the region has no such service. */
  serverlessClusters(): Promise<number>;
  /** Of these databases of the Glue catalogue, those that there are. */
  existingDatabases(names: readonly string[]): Promise<readonly string[]>;
  /** Whether Redshift Serverless has a namespace of that name; it throws where the region has no such service. */
  hasNamespace(name: string): Promise<boolean>;
  /** Of CloudFormation's stacks by these names, those that there are, and their states: `UPDATE_COMPLETE`. */
  stacks(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
