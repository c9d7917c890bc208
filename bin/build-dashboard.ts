/** `npm run build` adds the dashboard to the package. */
import { buildDashboard } from '../lib/local/dashboard/dashboard-files.ts';

await buildDashboard();
