import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type DashboardFiles, dashboardFileNames } from '../../api/dashboard-routes.ts';
import { packageRoot } from '../../package-root.ts';
import { bundleDashboard } from './bundle-dashboard.ts';

/** The folder of the files in the package, beside its compiled code. */
const BUILT = join(packageRoot, 'dist', 'dashboard');

/** A checkout runs from source, even if an earlier build left files in `dist/`. */
const isCheckout = extname(import.meta.filename) === '.ts';

/** The dashboard's files: a checkout builds them on the first request, the package contains them. */
export function dashboardFiles(): () => Promise<DashboardFiles> {
  let files: Promise<DashboardFiles> | undefined;
  return () => {
    files ??= (isCheckout ? bundleDashboard() : readBuilt()).catch((error) => {
      // The next request retries.
      files = undefined;
      const todo = isCheckout ? 'run npm ci' : 'install Weir again';
      throw new Error(`the dashboard cannot be loaded; ${todo}`, { cause: error });
    });
    return files;
  };
}

/** Writes them to their folder in the package. */
export async function buildDashboard(): Promise<void> {
  const files = await bundleDashboard();
  await mkdir(BUILT, { recursive: true });
  for (const name of dashboardFileNames) await writeFile(join(BUILT, name), files[name]);
}

async function readBuilt(): Promise<DashboardFiles> {
  const read = async (name: keyof DashboardFiles) => [name, await readFile(join(BUILT, name), 'utf8')] as const;
  return Object.fromEntries(await Promise.all(dashboardFileNames.map(read))) as unknown as DashboardFiles;
}
