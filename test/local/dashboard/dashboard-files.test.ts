import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../lib/api/create-api.ts';
import { dashboardRoutes } from '../../../lib/api/dashboard-routes.ts';
import { served } from '../../../lib/api/route.ts';
import { dashboardFiles } from '../../../lib/local/dashboard/dashboard-files.ts';

const MAX_BYTES = 60 * 1024;

describe('the dashboard', () => {
  const dashboard = dashboardFiles();
  const reported: unknown[] = [];
  const api = createApi({ routes: served(dashboardRoutes, { dashboard }), report: (error) => reported.push(error) });

  it('has at most 60 KB when it is packed, without what only some load', async () => {
    const { 'oidc-session.js': signIn, 'sql-editor.js': editor, ...always } = await dashboard();
    expect(gzipSync(signIn).length).toBeLessThanOrEqual(20 * 1024);
    const bytes = Object.values(always).reduce((sum, text) => sum + gzipSync(text).length, 0);
    expect(editor).toContain('cm-editor');
    expect(always['app.js']).not.toContain('cm-editor');
    expect(always['app.js']).toMatch(/import\("\.\/sql-editor\.js"\)/);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect(bytes).toBeGreaterThan(10 * 1024);
  });

  it.each([
    ['/dashboard', 'text/html; charset=utf-8'],
    ['/dashboard/', 'text/html; charset=utf-8'],
    ['/dashboard/app.js', 'text/javascript; charset=utf-8'],
    ['/dashboard/sql-editor.js', 'text/javascript; charset=utf-8'],
    ['/dashboard/app.css', 'text/css; charset=utf-8'],
    ['/dashboard/icon.svg', 'image/svg+xml'],
    ['/dashboard/oidc-session.js', 'text/javascript; charset=utf-8'],
    ['/dashboard/config.json', 'application/json'],
  ])('%s is %s, and may load from this server only', async (path, type) => {
    const response = await api.request(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'; frame-ancestors 'none'");
    const again = await api.request(path, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('needs no sign-in of its own on a laptop, and has every page', async () => {
    expect(await (await api.request('/dashboard/config.json')).json()).toEqual({ signIn: null, pages: null });
  });

  it('names no address but its own', async () => {
    const { 'index.html': page } = await dashboard();
    const addresses = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(addresses.filter((address) => !/^\/(dashboard|api)\//.test(address))).toEqual([]);
    expect(addresses.length).toBeGreaterThan(3);
  });

  it('that cannot be loaded fails the request, and says to the log why', async () => {
    const broken = served(dashboardRoutes, { dashboard: () => Promise.reject(new Error('no esbuild')) });
    const failing = createApi({ routes: broken, report: (error) => reported.push(error) });
    expect((await failing.request('/dashboard/')).status).toBe(500);
    expect(reported).toEqual([new Error('no esbuild')]);
  });
});
