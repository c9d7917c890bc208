/** What a person decides about a deployment, and what may be combined. Everything else follows from the contracts. */

/** The cluster that Weir makes, or one that is there. */
export type Broker =
  | { readonly kind: 'serverless' }
  | ProvisionedBroker
  /** A cluster with IAM authentication that others run, and the network that it is in. */
  | {
      readonly kind: 'existing';
      readonly clusterArn: string;
      /** `host:9098,…`: the brokers' addresses for IAM. */
      readonly bootstrapServers: string;
      readonly vpcId: string;
      readonly availabilityZones: readonly string[];
      /** Private subnets that reach the brokers, one a zone. */
      readonly subnetIds: readonly string[];
      /** The brokers' own security group. */
      readonly securityGroupId: string;
      /** Weir makes no topics on a cluster of others unless this is set. */
      readonly createTopics: boolean;
    };

export type ProvisionedBroker = {
  readonly kind: 'express' | 'standard';
  /** `express.m7g.large`, `kafka.m7g.large`. */
  readonly instanceType: string;
  /** A multiple of the three zones. */
  readonly brokers: number;
  /** Disk of each Standard broker; Express brokers have none to choose. */
  readonly storageGibibytes?: number;
};

export interface Deployment {
  /** Lower case; part of every stack's name. Permanent. */
  readonly name: string;
  readonly region: string;
  /** Twelve digits, or null: the account of whoever deploys. */
  readonly account: string | null;
  /**
   * Three zones for brokers and warehouse, by id (`use1-az2`), or null for those that `rules/zones.ts` lists for the region.
   * Permanent: other zones are another network. null with `existing` brokers, whose network has its own.
   */
  readonly zoneIds: readonly string[] | null;
  readonly broker: Broker;
  /** Pollers by the hour, which need no other network path; or those of Lambda, by way of endpoints. */
  readonly pollers: 'provisioned' | 'onDemand';
  /** Longest wait for a batch to fill: shorter is fresher, longer makes fewer objects. */
  readonly batchWindowSeconds: number;
  /** Stream to topic, where it is not the stream's name. */
  readonly topics: Readonly<Record<string, string>>;
  /** Stream to a number, raised by one after its topic was deleted and created again. */
  readonly incarnations: Readonly<Record<string, number>>;
  /** Example events, every minute. */
  readonly generate: boolean;
  readonly warehouse: Warehouse | null;
  /** Live metrics and the REST API, events by HTTP included; null without. */
  readonly live: Live | null;
  /** The most that one Athena query may scan. */
  readonly athenaScanLimitGigabytes: number;
  /** Whether `cdk destroy` may take data with it. */
  readonly keepData: boolean;
  readonly logRetentionDays: 7 | 30 | 90 | 365;
  /** Minutes without a record of a stream after which its alarm rings: a multiple of 5, at most a day. */
  readonly silenceAlarmMinutes: number;
  /** Streams that may legitimately be without records for any time: silence of theirs rings no alarm. */
  readonly quietStreams: readonly string[];
  /** Where alarms are sent; null for nowhere but the dashboard. */
  readonly alarmEmail: string | null;
  /** What all of it may cost in a month before somebody is notified, in dollars. */
  readonly monthlyBudgetDollars: number;
  /** The repository and environment that may deploy without a key, by OIDC. */
  readonly github: {
    /**
     * As the `sub` of GitHub's tokens names it: `owner@id/name@id` for repositories created or renamed since 15 July 2026,
     * `owner/name` for all others.
     * @see https://docs.github.com/en/actions/reference/security/oidc
     */
    readonly repository: string;
    /** The one that deploys; `<environment>-diff` compares. */
    readonly environment: string;
    /** An account has one provider for GitHub: `existing` where another deployment, or somebody else, has made it. */
    readonly oidcProvider: 'create' | 'existing';
  } | null;
}

/** Live metrics in Valkey, and the REST API in front of them and of the topics. */
export interface Live {
  /** Every request needs a credential. */
  readonly auth: ApiAuth;
  /** Longest wait of refinements and live metrics for a batch to fill: shorter is fresher, longer costs less. */
  readonly batchWindowSeconds: number;
  /** Requests a second that are answered; others get 429. */
  readonly readsPerSecond: number;
  /** The same to send events, of each stream: each may be a new process, and brokers take so many new connections a second. */
  readonly writesPerSecond: number;
  /** The most that the store may hold. */
  readonly maxStoreGigabytes: number;
  /** The most that the store may work, in ElastiCache processing units: at least 1000. */
  readonly maxStoreUnitsPerSecond: number;
}

/** Who may use the REST API. */
export type ApiAuth =
  /** Whoever may `execute-api:Invoke` a route, by requests that are signed. */
  | { readonly kind: 'iam' }
  /**
   * Whoever has a token of this issuer for one of these audiences, with the scope `weir/read`, `weir/write`, or
   * `weir/write.<stream>`.
   */
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience: readonly string[] };

/** Redshift Serverless. An RPU is a processing unit: 16 GB of memory, billed by the second, a minute at least. */
export interface Warehouse {
  readonly baseRpu: number;
  readonly maxRpu: number;
  /** What may be used in a day before queries are refused, in RPU hours. */
  readonly dailyRpuHours: number;
  /** Beside the hourly and daily runs, one every ten minutes: each costs a minute at least. */
  readonly everyTenMinutes: boolean;
  /** IANA zone in which the hourly and daily runs are scheduled, such as `Europe/Madrid`. */
  readonly timeZone: string;
  /** The database role that may read the models' tables, such as `weir_reader`; the deployment makes it. */
  readonly readerRole: string;
  /** Whether that role may read what contracts call `personal`, and the lake's own tables, which are granted only whole. */
  readonly readersSeePersonalData: boolean;
}
