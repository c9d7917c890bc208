import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RedisCredentials } from '../redis/redis-connection.ts';

interface ElastiCacheOptions {
  readonly region: string;
  /** The serverless cache's name. */
  readonly cache: string;
  /** The ElastiCache user, whose id and name are the same. */
  readonly user: string;
  readonly credentials: () => {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** How long ElastiCache accepts a token for a new connection; a connection itself lasts twelve hours. */
const TOKEN_SECONDS = 900;

/**
 * A login with IAM. The password is a request that is signed locally and never sent, without its scheme.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 */
export function elastiCacheCredentials(options: ElastiCacheOptions): () => Promise<RedisCredentials> {
  const { region, cache, user, credentials } = options;
  return async () => {
    const signer = new SignatureV4({ service: 'elasticache', region, credentials: credentials(), sha256: Sha256 });
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname: cache,
      path: '/',
      query: { Action: 'connect', User: user, ResourceType: 'ServerlessCache' },
      headers: { host: cache },
    };
    const { query = {} } = await signer.presign(request, { expiresIn: TOKEN_SECONDS });
    const signed = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return { username: user, password: `${cache}/?${signed}` };
  };
}
