import { useEffect, useState } from 'preact/hooks';
import type { DashboardConfig } from '../lib/derive/dashboard-config.ts';
import { App } from './app.tsx';
import type { Session } from './model/session.ts';
import { Account, ExpiredNotice, SignInPage } from './sign-in/sign-in-page.tsx';

interface RootProps {
  readonly served: DashboardConfig['pages'];
  /** null where nobody signs in here. */
  readonly session: Session | null;
}

/** The pages, for people who have signed in where that is necessary. */
export function Root({ served, session }: RootProps) {
  const [state, setState] = useState(session?.state);
  useEffect(() => session?.onChange(() => setState(session.state)), [session]);
  if (session === null || state === undefined) return <App served={served} />;
  switch (state.status) {
    case 'signed-out':
      return <SignInPage session={session} problem={state.problem} />;
    case 'signed-in':
      return <App served={served} account={<Account session={session} person={state.person} />} />;
    case 'expired':
      return <App served={served} notice={<ExpiredNotice session={session} />} />;
    default:
      return state satisfies never;
  }
}
