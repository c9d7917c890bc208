import { createHash } from 'node:crypto';
import type { ApiRoute } from './route.ts';

/** The files a browser loads, by name below `/dashboard/`. */
export interface DashboardFiles {
  readonly 'index.html': string;
  readonly 'app.js': string;
  readonly 'app.css': string;
  readonly 'icon.svg': string;
}

export interface DashboardPorts {
  /** @throws if the files are unavailable, with what to do */
  dashboard(): Promise<DashboardFiles>;
}

const MEDIA_TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const satisfies Record<keyof DashboardFiles, string>;

/** The pages load nothing from other origins and cannot be framed. */
const POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** `/dashboard/` and its files. */
export const dashboardRoutes: readonly ApiRoute<DashboardPorts>[] = [
  { ...fileRoute('index.html', '/dashboard'), operationId: 'getDashboard' },
  ...(['app.js', 'app.css', 'icon.svg'] as const).map((name) => ({
    ...fileRoute(name, `/dashboard/${name}`),
    isUnlisted: true as const,
  })),
];

function fileRoute(name: keyof DashboardFiles, path: string): ApiRoute<DashboardPorts> {
  const type = MEDIA_TYPES[name];
  const [mediaType = type] = type.split(';');
  return {
    method: 'GET',
    path,
    operationId: `getDashboard_${name.replace('.', '_')}`,
    tag: 'description',
    summary: 'The dashboard',
    parameters: [],
    responses: { 200: { description: 'The file.', content: { [mediaType]: { type: 'string' } } } },
    errors: [],
    async handle(_, { dashboard }) {
      const body = (await dashboard())[name];
      const headers = { 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer' };
      const revision = createHash('sha256').update(body).digest('hex').slice(0, 32);
      return { revision, answer: async () => ({ body, type, headers }) };
    },
  };
}
