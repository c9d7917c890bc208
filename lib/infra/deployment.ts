/** The settings of a deployment and their valid combinations. Everything else follows from the contracts. */

/** A new cluster, or an existing one. */
export type Broker =
  | { readonly kind: 'serverless' }
  | ProvisionedBroker
  /** An existing cluster with IAM authentication, and its network. */
  | {
      readonly kind: 'existing';
      readonly clusterArn: string;
      /** `host:9098,…`: the brokers' addresses for IAM. */
      readonly bootstrapServers: string;
      readonly vpcId: string;
      readonly availabilityZones: readonly string[];
      /** Private subnets that can reach the brokers, one per zone. */
      readonly subnetIds: readonly string[];
      /** The brokers' own security group. */
      readonly securityGroupId: string;
      /** Whether Weir creates topics on the existing cluster. */
      readonly createTopics: boolean;
    };

export type ProvisionedBroker = {
  readonly kind: 'express' | 'standard';
  /** `express.m7g.large`, `kafka.m7g.large`. */
  readonly instanceType: string;
  /** A multiple of the three zones. */
  readonly brokers: number;
  /** Disk of each Standard broker; Express brokers have elastic storage. */
  readonly storageGibibytes?: number;
};

export interface Deployment {
  /** Lower case; part of every stack's name. Permanent. */
  readonly name: string;
  readonly region: string;
  /** Twelve digits, or null for the caller's account. */
  readonly account: string | null;
  /**
   * Three zones for brokers and warehouse, by id (`use1-az2`), or null for those that `rules/zones.ts` lists for the
   * region. Permanent, because other zones require a new network. null with `existing` brokers, which have their own
   * network.
   */
  readonly zoneIds: readonly string[] | null;
  readonly broker: Broker;
  /** Provisioned pollers, which need no network path; or on-demand pollers, which need VPC endpoints. */
  readonly pollers: 'provisioned' | 'onDemand';
  /** Maximum wait for a batch to fill: shorter is fresher, longer makes fewer objects. */
  readonly batchWindowSeconds: number;
  /** Topics by stream, if not named after the stream. */
  readonly topics: Readonly<Record<string, string>>;
  /** A number by stream; increase it by one after the topic was deleted and recreated. */
  readonly incarnations: Readonly<Record<string, number>>;
  /** Whether to generate example events every minute. */
  readonly generate: boolean;
  readonly warehouse: Warehouse | null;
  /** Live metrics and the REST API, including HTTP ingest; null for none. */
  readonly live: Live | null;
  /** The maximum that one Athena query may scan. */
  readonly athenaScanLimitGigabytes: number;
  /** Whether `cdk destroy` may delete data. */
  readonly keepData: boolean;
  readonly logRetentionDays: 7 | 30 | 90 | 365;
  /** Minutes without a record of a stream after which its alarm is raised: a multiple of 5, at most a day. */
  readonly silenceAlarmMinutes: number;
  /** Streams that may be without records for any time: their silence raises no alarm. */
  readonly quietStreams: readonly string[];
  /** Where alarms are sent; null for the dashboard only. */
  readonly alarmEmail: string | null;
  /** The monthly budget in dollars, above which the address is notified. */
  readonly monthlyBudgetDollars: number;
  /** The repository and environment that may deploy without a key, by OIDC. */
  readonly github: {
    /**
     * As the `sub` of GitHub's tokens names it: `owner@id/name@id` for repositories created or renamed since 15 July 2026,
     * `owner/name` for all others.
     * @see https://docs.github.com/en/actions/reference/security/oidc
     */
    readonly repository: string;
    /** The environment that deploys; `<environment>-diff` compares. */
    readonly environment: string;
    /** An account has one OIDC provider for GitHub: `existing` if it was already created. */
    readonly oidcProvider: 'create' | 'existing';
  } | null;
}

/** Live metrics in Valkey, and the REST API in front of them and of the topics. */
export interface Live {
  /** Every request needs a credential. */
  readonly auth: ApiAuth;
  /** The dashboard behind CloudFront, for people who sign in; null for none. */
  readonly dashboard: Dashboard | null;
  /** Maximum wait of refinements and live metrics for a batch to fill: shorter is fresher, longer costs less. */
  readonly batchWindowSeconds: number;
  /** Maximum requests per second; more get 429. */
  readonly readsPerSecond: number;
  /** The same for sending events, per stream: each request may start a process, and brokers limit new connections. */
  readonly writesPerSecond: number;
  /** The maximum data in the store. */
  readonly maxStoreGigabytes: number;
  /** The maximum throughput of the store, in ElastiCache processing units: at least 1000. */
  readonly maxStoreUnitsPerSecond: number;
}

/** The dashboard's files, and the API at the same address. */
export interface Dashboard {
  /** Where CloudFront answers: `100` is North America and Europe, the cheapest. */
  readonly priceClass: '100' | '200' | 'all';
  /** The ARN of a web ACL of AWS WAF for CloudFront, in us-east-1; null for none. */
  readonly webAclArn: string | null;
  /**
   * With `jwt`, the issuer's public client that may return to the dashboard's address; null with `cognito`, which has one
   * of its own.
   */
  readonly clientId: string | null;
}

/** Who may use the REST API. */
export type ApiAuth =
  /** People of a Cognito user pool that the deployment creates, invited by an administrator. */
  | {
      readonly kind: 'cognito';
      /** Whether the pool has a client for programs, which read and send events; billed by the month. */
      readonly programs: boolean;
    }
  /** IAM principals that may `execute-api:Invoke` a route, with signed requests. */
  | { readonly kind: 'iam' }
  | IssuedTokens;

/**
 * Holders of a token of this OpenID Connect issuer for one of these audiences, with the scope `weir/read`,
 * `weir/write`, or `weir/write.<stream>`.
 */
export interface IssuedTokens {
  readonly kind: 'jwt';
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** Redshift Serverless. An RPU is a processing unit: 16 GB of memory, billed by the second, a minute at least. */
export interface Warehouse {
  readonly baseRpu: number;
  readonly maxRpu: number;
  /** Maximum RPU hours per day; beyond it, queries are refused. */
  readonly dailyRpuHours: number;
  /** Whether to run the models every ten minutes, too: each run costs at least a minute. */
  readonly everyTenMinutes: boolean;
  /** IANA zone in which the hourly and daily runs are scheduled, such as `Europe/Madrid`. */
  readonly timeZone: string;
  /** The database role that may read the models' tables, such as `weir_reader`; the deployment creates it. */
  readonly readerRole: string;
  /** Whether that role may read `personal` columns, and the lake's tables, which can only be granted as a whole. */
  readonly readersSeePersonalData: boolean;
}
