import type { Session } from '../model/session.ts';

/** What somebody sees who is not signed in. */
export function SignInPage({ session, problem }: { session: Session; problem: string | null }) {
  return (
    <main class="sign-in">
      <h1>Weir</h1>
      <p>Sign in to see the pipeline and its figures.</p>
      {problem !== null && (
        <p class="notice" role="alert">
          <span class="dot bad" />
          Signing in failed: {problem}.
        </p>
      )}
      <button type="button" onClick={() => void session.signIn()}>
        Sign in
      </button>
    </main>
  );
}

/** Above figures that no longer change. */
export function ExpiredNotice({ session }: { session: Session }) {
  return (
    <p class="notice expired" role="alert">
      <span class="dot bad" />
      <b>Your sign-in has expired.</b> The figures are no longer updated.{' '}
      <button type="button" onClick={() => void session.signIn()}>
        Sign in again
      </button>
    </p>
  );
}

/** In the header. */
export function Account({ session, person }: { session: Session; person: string }) {
  return (
    <p class="account">
      <span class="quiet">{person}</span>{' '}
      <button type="button" onClick={() => void session.signOut()}>
        Sign out
      </button>
    </p>
  );
}
