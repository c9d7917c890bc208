/** `npm run build` puts the dashboard into the package. */
import { buildDashboard } from '../lib/local/dashboard/dashboard-files.ts';

await buildDashboard();
