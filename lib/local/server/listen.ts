import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { systemCode } from '../../adapters/embedded/file-trouble.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Whether to use any free port if that one is in use. */
  readonly orAnyFree: boolean;
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Accepts no further requests, and resolves once those in progress are answered. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** @throws if the address is unavailable, with what to do */
export async function listen({ host, port, orAnyFree, fetch }: ListenOptions): Promise<Listening> {
  const server = createAdaptorServer({ fetch, serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS } }) as Server;
  try {
    await bind(server, host, port);
  } catch (error) {
    if (!orAnyFree || systemCode(error) !== 'EADDRINUSE') throw listenTrouble(host, port, error);
    await bind(server, host, 0);
  }
  return {
    host,
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

function listenTrouble(host: string, port: number, error: unknown): Error {
  if (systemCode(error) === 'EADDRINUSE') {
    return new Error(`port ${port} of ${host}: expected a free port, found it taken; choose another with --port`, {
      cause: error,
    });
  }
  const found = error instanceof Error ? error.message : String(error);
  return new Error(`cannot serve HTTP on ${host}, port ${port}: ${found}; choose another address with --host`, {
    cause: error,
  });
}
