import { createClient, createCluster } from '@redis/client';
import { MetricStoreUnavailableError } from '../../pipeline/metric-store.ts';
import type { RedisScript } from './metric-scripts.ts';

export interface RedisOptions {
  /** `redis://host:6379`, with `rediss:` for TLS; one node of a cluster is enough. */
  readonly url: string;
  /** A server that is not a cluster refuses cluster clients. */
  readonly mode: 'cluster' | 'single';
  /** Called for each connection; by default, the credentials in `url`. */
  readonly credentials?: () => Promise<RedisCredentials>;
  /** A connection unused for this long is replaced; if omitted, none is. */
  readonly maxIdleMs?: number;
}

export interface RedisCredentials {
  readonly username: string;
  readonly password: string;
}

export interface RedisConnection {
  /** Runs a script on the server that has the keys, all of which are in one slot. */
  run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown>;
  addToSet(key: string, member: string): Promise<void>;
  setMembers(key: string): Promise<readonly string[]>;
  get(key: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Longer than a step of ten thousand entries takes on a slow server. */
const ANSWER_WITHIN_MS = 10_000;
const CONNECT_WITHIN_MS = 5_000;

/**
 * A connection that opens on first use, and again after it was lost. Commands do not wait for an unavailable server.
 * Everything throws MetricStoreUnavailableError if the server does not respond, or refuses.
 */
export function redisConnection(options: RedisOptions): RedisConnection {
  const { url, maxIdleMs = Number.POSITIVE_INFINITY } = options;
  const { host } = new URL(url);
  let connected: ReturnType<typeof connect> | undefined;
  let usedAtMs = 0;

  /** The next use opens a new one. */
  const drop = () => {
    const lost = connected;
    connected = undefined;
    void lost?.then((client) => client.destroy()).catch(() => undefined);
  };

  const use = async <T>(
    what: string,
    command: (client: Awaited<ReturnType<typeof connect>>) => Promise<T>,
  ): Promise<T> => {
    const nowMs = performance.now();
    if (nowMs - usedAtMs > maxIdleMs) drop();
    usedAtMs = nowMs;
    try {
      connected ??= connect(options);
      const client = await connected;
      return await withinMs(ANSWER_WITHIN_MS, command(client));
    } catch (cause) {
      // An error that the server returned does not affect the connection.
      if (!isAnswer(cause)) drop();
      const found = cause instanceof Error ? cause.message : String(cause);
      throw new MetricStoreUnavailableError(`live metrics at ${host}: ${what} failed: ${found}`, { cause });
    }
  };

  return {
    run: (script, keys, values) => {
      const call = { keys: [...keys], arguments: [...values] };
      return use('a script', async (client) => {
        try {
          return await client.evalSha(script.sha, call);
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return client.eval(script.text, call);
        }
      });
    },
    addToSet: async (key, member) => void (await use('adding to a set', (client) => client.sAdd(key, member))),
    setMembers: (key) => use('reading a set', (client) => client.sMembers(key)),
    get: (key) => use('reading', (client) => client.get(key)),
    async close() {
      const open = connected;
      connected = undefined;
      await open?.then((client) => client.close()).catch(() => undefined);
    },
  };
}

async function connect({ url, mode, credentials }: RedisOptions) {
  // A cluster's nodes are found by their addresses, which do not imply TLS.
  const tls = url.startsWith('rediss:') ? ({ tls: true } as const) : {};
  const common = {
    socket: { connectTimeout: CONNECT_WITHIN_MS, reconnectStrategy: false, ...tls } as const,
    disableOfflineQueue: true,
    ...(credentials && { credentialsProvider: { type: 'async-credentials-provider', credentials } as const }),
  };
  const client =
    mode === 'cluster' ? createCluster({ rootNodes: [{ url }], defaults: common }) : createClient({ url, ...common });
  // Errors are reported by the command that meets them.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const isAnswer = (error: unknown) => error instanceof Error && /^[A-Z]+ /.test(error.message);

async function withinMs<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
