import { runInNewContext } from 'node:vm';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { readingRoutes } from '../../../lambdas/read/handler.ts';
import { createApi } from '../../../lib/api/create-api.ts';
import { dashboardMediaTypes } from '../../../lib/api/dashboard-routes.ts';
import { issuedTokens } from '../../../lib/api/openapi/api-security.ts';
import type { DashboardConfig } from '../../../lib/derive/dashboard-config.ts';
import { dashboardPolicy } from '../../../lib/derive/dashboard-policy.ts';
import { DASHBOARD_PATHS } from '../../../lib/infra/dashboard-paths.ts';
import { dashboardFiles } from '../../../lib/local/dashboard/dashboard-files.ts';
import { listen } from '../../../lib/local/server/listen.ts';
import { askedMetrics } from '../../../lib/pipeline/meter/asked-metrics.ts';
import type { MetricStore } from '../../../lib/pipeline/metric-store.ts';
import { contracts, fixture } from '../fixture-project.ts';

interface EmulatedSite {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  /** The requests for data: path and status. */
  readonly asked: readonly string[];
  /** Signs in at this issuer from now on. */
  signInBy(signIn: NonNullable<DashboardConfig['signIn']>, audience: string): void;
  /** Refuses every token from now on, or no longer. */
  refuses: boolean;
  stop(): Promise<void>;
}

/**
 * What CloudFront, S3 and API Gateway do of a deployment: the dashboard's files with its headers and the function for
 * its paths, and below `/api` the read function's routes for tokens of the issuer with the scope `weir/read`, whose
 * signature, audience and time are verified.
 */
export async function emulatedSite(store: MetricStore): Promise<EmulatedSite> {
  const files = await dashboardFiles()();
  const metrics = askedMetrics(contracts, { windowSeconds: 60 });
  const report = () => undefined;
  const deps = { contracts, metrics, routes: fixture.routes, topics: new Map<string, string>(), store, report };
  const security = issuedTokens('https://issuer.example.com');
  const api = createApi({
    routes: readingRoutes({ ...deps, version: '1.2.3', examples: () => [], security }),
    report,
  });
  const asked: string[] = [];
  let config: DashboardConfig = { signIn: null, pages: ['now'] };
  let verify = async (_token: string): Promise<boolean> => false;
  const file = (name: string): Response => {
    const body = name === 'config.json' ? JSON.stringify(config) : files[name as keyof typeof files];
    if (body === undefined) return new Response('AccessDenied', { status: 403 });
    const type = name === 'config.json' ? 'application/json' : dashboardMediaTypes[name as keyof typeof files];
    const policy = dashboardPolicy(config.signIn === null ? [] : [new URL(config.signIn.issuer).origin]);
    return new Response(body, {
      headers: { 'content-type': type, 'content-security-policy': policy, 'x-frame-options': 'DENY' },
    });
  };
  const site: Omit<EmulatedSite, 'url' | 'stop'> = {
    asked,
    refuses: false,
    signInBy(signIn, audience) {
      config = { signIn, pages: ['now'] };
      const keys = createRemoteJWKSet(new URL('/jwks', signIn.issuer));
      verify = async (token) => {
        const { payload } = await jwtVerify(token, keys, { issuer: signIn.issuer, audience });
        return String(payload.scope).split(' ').includes('weir/read');
      };
    },
  };

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith('/api/')) return fileAt(pathname);
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    const isValid = !site.refuses && (await verify(token).catch(() => false));
    const response = isValid ? await api.fetch(request) : Response.json({ message: 'Unauthorized' }, { status: 401 });
    asked.push(`${pathname} ${response.status}`);
    return response;
  }

  function fileAt(uri: string): Response {
    const found = runInNewContext(`${DASHBOARD_PATHS}handler(event)`, { event: { request: { uri } } });
    if (found.statusCode === 302)
      return new Response(null, { status: 302, headers: { location: found.headers.location.value } });
    return file(String(found.uri).replace('/dashboard/', ''));
  }

  const server = await listen({ host: '127.0.0.1', port: 0, orAnyFree: true, fetch: answer });
  return Object.assign(site, { url: `http://127.0.0.1:${server.port}`, stop: () => server.close() });
}
