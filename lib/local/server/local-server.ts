import { randomBytes } from 'node:crypto';
import { errorResponse } from '../../api/api-error.ts';
import { createApi } from '../../api/create-api.ts';
import { served } from '../../api/route.ts';
import { MetricStoreUnavailableError } from '../../pipeline/metric-store.ts';
import { SettingError, type Settings } from '../../settings.ts';
import { controlRoutes } from '../control/control-routes.ts';
import { removePipelineFile, writePipelineFile } from '../control/pipeline-file.ts';
import { hostText, isLoopback, reachable } from './host-names.ts';
import { listen } from './listen.ts';
import { requestGuard } from './request-guard.ts';
import { type ServedApiOptions, servedApi } from './served-api.ts';

export interface LocalServerOptions extends Omit<ServedApiOptions, 'report'> {
  readonly settings: Pick<Settings, 'host' | 'port' | 'token' | 'topics'>;
  /** The data folder's `pipeline.json`. */
  readonly file: string;
  readonly warn: (line: string) => void;
}

/** The default port. */
const DEFAULT_PORT = 8470;

export interface LocalServer {
  /** `http://127.0.0.1:8470/` */
  readonly url: string;
  readonly port: number;
  /** Removes `pipeline.json`, and resolves once requests in progress are answered. */
  close(): Promise<void>;
}

/**
 * The HTTP server of a running pipeline: the API for every client that may connect, and `/control` for other commands
 * of this user. Its address and the token of `/control` are written to the data folder.
 */
export async function localServer(options: LocalServerOptions): Promise<LocalServer> {
  const { settings, file, log, pipeline, warn } = options;
  const { host, port, token } = settings;
  const controlToken = randomBytes(32).toString('hex');
  const report = requestReport(warn);
  const api = createApi({
    routes: [
      ...servedApi({ ...options, report }),
      ...served(controlRoutes, { token: controlToken, log, status: pipeline.status }),
    ],
    report,
  });
  const refusal = requestGuard({
    isLoopback: isLoopback(host),
    tokens: token === '' ? [] : [token, controlToken],
  });
  const listening = await listen({
    host,
    port: port ?? DEFAULT_PORT,
    orAnyFree: port === null,
    fetch(request) {
      const refused = refusal(request);
      return refused === undefined ? api.fetch(request) : errorResponse(refused);
    },
  });
  if (port === null && listening.port !== DEFAULT_PORT) warn(`port ${DEFAULT_PORT} is taken; HTTP is at another one`);
  try {
    await writePipelineFile(file, {
      pid: process.pid,
      host: reachable(host),
      port: listening.port,
      token: controlToken,
    });
  } catch (error) {
    await listening.close();
    throw error;
  }
  return {
    url: `http://${hostText(reachable(host))}:${listening.port}/`,
    port: listening.port,
    async close() {
      await removePipelineFile(file, process.pid);
      await listening.close();
    },
  };
}

/** @throws SettingError for a server that others could use without a token */
export function assertGuarded({ host, token }: Pick<Settings, 'host' | 'token'>): void {
  if (token !== '' || isLoopback(host)) return;
  throw new SettingError(
    `WEIR_TOKEN: expected a token, because others than this machine can connect to ${host}; set one, or leave --host out`,
  );
}

/** Reports consecutive equal errors once. An unavailable store is reported by the meter. */
function requestReport(warn: (line: string) => void): (error: unknown) => void {
  let last = '';
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof MetricStoreUnavailableError || message === last) return;
    last = message;
    warn(`a request failed: ${message}`);
  };
}
