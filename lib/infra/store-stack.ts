import { CfnServerlessCache, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { MeterEnv } from '../../lambdas/meter/env.ts';
import type { Deployment, Live } from './deployment.ts';
import { deploymentName } from './naming.ts';
import { WeirStack } from './weir-stack.ts';

type StoreEnv = Pick<MeterEnv, keyof MeterEnv & `STORE_${string}`>;

/** The permissions on the store, by the function that needs them. */
export type StoreRole = 'meter' | 'read';

/** The store's resources that other stacks use. */
export interface LiveStore {
  /** The dimension for CloudWatch. */
  readonly cacheName: string;
  /** The environment variables of a function that uses the store. */
  variables(role: StoreRole): StoreEnv;
  /** The IAM permissions to use the store. */
  statement(role: StoreRole): PolicyStatement;
}

/** Commands before and while a client connects. */
const CONNECTING = ['hello', 'auth', 'ping', 'client|setinfo', 'client|setname', 'cluster|slots', 'readonly'];
const READING = ['get', 'smembers', 'hmget', 'zrangebylex', 'eval', 'evalsha'];

/** The commands of `lib/adapters/redis`, including those inside scripts. */
const COMMANDS: Readonly<Record<StoreRole, readonly string[]>> = {
  read: READING,
  meter: [...READING, 'sadd', 'set', 'del', 'hset', 'zadd', 'hdel', 'zrem'],
};

/** The prefix of all keys: `redisPrefix` of `lib/settings.ts`. */
const KEYS = '~weir:*';

/**
 * Valkey for live metrics, with TLS and IAM at a public endpoint, so that functions need neither a network nor egress
 * from one. Its data may be lost, because it can be recounted from the lake.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/connecting-public-endpoint.html
 */
export class StoreStack extends WeirStack implements LiveStore {
  readonly cacheName: string;

  private readonly cache: CfnServerlessCache;
  private readonly users: Readonly<Record<StoreRole, CfnUser>>;

  constructor(scope: Construct, deployment: Deployment, { maxStoreGigabytes, maxStoreUnitsPerSecond }: Live) {
    super(scope, 'Store', deployment, 'live metrics');
    this.cacheName = deploymentName(deployment);
    this.users = { meter: this.addUser('meter'), read: this.addUser('read') };
    const group = new CfnUserGroup(this, 'Users', {
      engine: 'valkey',
      userGroupId: this.cacheName,
      userIds: Object.values(this.users).map(({ ref }) => ref),
    });
    this.cache = new CfnServerlessCache(this, 'Cache', {
      serverlessCacheName: this.cacheName,
      description: `Weir ${deployment.name}: live metrics`,
      engine: 'valkey',
      majorEngineVersion: '8',
      connectionType: 'public',
      userGroupId: group.ref,
      cacheUsageLimits: {
        dataStorage: { maximum: maxStoreGigabytes, unit: 'GB' },
        ecpuPerSecond: { maximum: maxStoreUnitsPerSecond },
      },
    });
  }

  variables(role: StoreRole): StoreEnv {
    const { attrEndpointAddress: host, attrEndpointPort: port } = this.cache;
    return { STORE_CACHE: this.cacheName, STORE_ENDPOINT: `${host}:${port}`, STORE_USER: this.userName(role) };
  }

  statement(role: StoreRole): PolicyStatement {
    return new PolicyStatement({
      sid: 'Store',
      actions: ['elasticache:Connect'],
      resources: [this.cache.attrArn, this.users[role].attrArn],
    });
  }

  /** ElastiCache requires the same id and name for an IAM user. */
  private userName(role: StoreRole): string {
    return `${this.cacheName}-${role}`;
  }

  private addUser(role: StoreRole): CfnUser {
    const commands = [...CONNECTING, ...COMMANDS[role]].map((command) => `+${command}`);
    return new CfnUser(this, role === 'meter' ? 'MeterUser' : 'ReadUser', {
      engine: 'valkey',
      userId: this.userName(role),
      userName: this.userName(role),
      authenticationMode: { Type: 'iam' },
      accessString: ['on', KEYS, '-@all', ...commands].join(' '),
    });
  }
}
