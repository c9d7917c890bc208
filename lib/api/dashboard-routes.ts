import { createHash } from 'node:crypto';
import { LOCAL_CONFIG } from '../derive/dashboard-config.ts';
import { dashboardPolicy } from '../derive/dashboard-policy.ts';
import type { ApiRoute, RevisedAnswer } from './route.ts';

/** The files a browser loads, by name below `/dashboard/`. */
export interface DashboardFiles {
  readonly 'index.html': string;
  readonly 'app.js': string;
  /** Loaded by the page that needs it. */
  readonly 'sql-editor.js': string;
  readonly 'app.css': string;
  readonly 'icon.svg': string;
  /** Loaded only where people sign in. */
  readonly 'oidc-session.js': string;
}

export interface DashboardPorts {
  /** @throws if the files are unavailable, with what to do */
  dashboard(): Promise<DashboardFiles>;
}

export const dashboardMediaTypes = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'sql-editor.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'oidc-session.js': 'text/javascript; charset=utf-8',
} as const satisfies Record<keyof DashboardFiles, string>;

export const dashboardFileNames = Object.keys(dashboardMediaTypes) as readonly (keyof DashboardFiles)[];

const POLICY = dashboardPolicy();

/** `/dashboard/`, its files, and the configuration that a deployment would write instead. */
export const dashboardRoutes: readonly ApiRoute<DashboardPorts>[] = [
  { ...fileRoute('index.html', '/dashboard'), operationId: 'getDashboard' },
  ...dashboardFileNames
    .filter((name) => name !== 'index.html')
    .map((name) => ({ ...fileRoute(name, `/dashboard/${name}`), isUnlisted: true as const })),
  {
    ...route('config.json', '/dashboard/config.json', 'application/json'),
    isUnlisted: true,
    handle: async () => answered(JSON.stringify(LOCAL_CONFIG), 'application/json'),
  },
];

function fileRoute(name: keyof DashboardFiles, path: string): ApiRoute<DashboardPorts> {
  const type = dashboardMediaTypes[name];
  const [mediaType = type] = type.split(';');
  return {
    ...route(name, path, mediaType),
    handle: async (_, { dashboard }) => answered((await dashboard())[name], type),
  };
}

function route(name: string, path: string, mediaType: string) {
  return {
    method: 'GET',
    path,
    operationId: `getDashboard_${name.replaceAll(/\W/g, '_')}`,
    tag: 'description',
    summary: 'The dashboard',
    parameters: [],
    responses: { 200: { description: 'The file.', content: { [mediaType]: { type: 'string' } } } },
    errors: [],
  } as const;
}

function answered(body: string, type: string): RevisedAnswer {
  const headers = { 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer' };
  const revision = createHash('sha256').update(body).digest('hex').slice(0, 32);
  return { revision, answer: async () => ({ body, type, headers }) };
}
