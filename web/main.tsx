import './styles.css';
import './pages/pages.css';
import './pages/lake/lake.css';
import './pages/models/models.css';
import './pages/health/health.css';
import './pages/query/query.css';
import './sign-in/sign-in.css';
import './views/streams-table.css';
import { render, type VNode } from 'preact';
import type { DashboardConfig } from '../lib/derive/dashboard-config.ts';
import { authorizeBy } from './ask.ts';
import { Root } from './root.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html: expected an element with the id app, found none');
const start = await started();
root.replaceChildren();
render(start, root);

/** The dashboard as it is configured, or why it cannot start. */
async function started(): Promise<VNode> {
  try {
    const response = await fetch('/dashboard/config.json');
    if (!response.ok) throw new Error(`config.json: the server answered ${response.status}`);
    const { signIn, pages } = (await response.json()) as DashboardConfig;
    if (signIn === null) return <Root served={pages} session={null} />;
    const { openSession } = await import('./sign-in/oidc-session.ts');
    const session = await openSession(signIn);
    authorizeBy(session);
    return <Root served={pages} session={session} />;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return (
      <p class="empty" role="alert">
        The dashboard cannot start: {message}. Reload the page to try again.
      </p>
    );
  }
}
