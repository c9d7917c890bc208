import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DashboardFiles } from '../../api/dashboard-routes.ts';
import { packageRoot } from '../../package-root.ts';

/** Builds the dashboard from its sources in `web/`, which only a checkout has. */
export async function bundleDashboard(): Promise<DashboardFiles> {
  const web = join(packageRoot, 'web');
  // Imported on the dashboard's first request, so that it does not delay the start of a pipeline.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: web,
    entryPoints: { app: 'main.tsx' },
    outdir: 'out',
    bundle: true,
    // A file that is loaded on demand is named after its source: `oidc-session.js`.
    splitting: true,
    chunkNames: '[name]',
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const built = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? missing(name);
  const asItIs = (name: string) => readFile(join(web, name), 'utf8');
  return {
    'index.html': await asItIs('index.html'),
    'app.js': built('app.js'),
    'sql-editor.js': built('sql-editor.js'),
    'app.css': built('app.css'),
    'icon.svg': await asItIs('icon.svg'),
    'oidc-session.js': built('oidc-session.js'),
  };
}

function missing(name: string): never {
  throw new Error(`the dashboard: expected esbuild to write ${name}, found it missing`);
}
