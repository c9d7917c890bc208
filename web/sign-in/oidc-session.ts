import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { SignInConfig } from '../../lib/derive/dashboard-config.ts';
import { type Session, type SessionState, SignedOutError } from '../model/session.ts';

/** A token that expires sooner is renewed before it is used. */
const RENEWED_SECONDS = 30;

/** An issuer's own failures. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
const FAILURES = ['server_error', 'temporarily_unavailable'];

/** Where the issuer returns to: this page, without its hash. */
const address = () => `${location.origin}${location.pathname}`;

/**
 * A session with an OpenID Connect issuer, by the authorization code flow with PKCE. Tokens are kept in the tab's own
 * session storage: they survive a reload, and end with the tab.
 */
export async function openSession(config: SignInConfig): Promise<Session> {
  const manager = userManager(config);
  const listeners = new Set<() => void>();
  let state = await firstState(manager);
  let renewing: Promise<User> | undefined;

  function change(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  async function expire(): Promise<never> {
    await manager.removeUser();
    change({ status: 'expired' });
    throw new SignedOutError();
  }

  async function renewed({ refresh_token }: User): Promise<User> {
    if (refresh_token === undefined) return expire();
    try {
      return (await manager.signinSilent()) ?? (await expire());
    } catch (error) {
      // If the issuer cannot be reached, or fails itself, the next request tries again.
      if (!(error instanceof ErrorResponse) || FAILURES.includes(error.error ?? '')) throw error;
      return expire();
    }
  }

  return {
    get state() {
      return state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async token() {
      const user = await manager.getUser();
      if (user === null) throw new SignedOutError();
      if ((user.expires_in ?? 0) > RENEWED_SECONDS) return user.access_token;
      renewing ??= renewed(user).finally(() => {
        renewing = undefined;
      });
      return (await renewing).access_token;
    },
    refused: () => expire().catch(ignoreSignedOut),
    async signIn() {
      try {
        await manager.signinRedirect({ state: location.hash });
      } catch (error) {
        change({ status: 'signed-out', problem: `the issuer cannot be reached: ${messageOf(error)}` });
      }
    },
    async signOut() {
      try {
        await manager.signoutRedirect({ extraQueryParams: { ...config.signOutParameters } });
      } catch (error) {
        // Without an address for it, the issuer stays signed in; this tab does not.
        await manager.removeUser();
        change({ status: 'signed-out', problem: `signed out here, but not at the issuer: ${messageOf(error)}` });
      }
    },
  };
}

function userManager({ issuer, clientId, scope, endpoints }: SignInConfig): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    redirect_uri: address(),
    post_logout_redirect_uri: address(),
    userStore: store,
    stateStore: store,
    // Tokens are renewed when they are needed, and never in a frame, which the page's policy forbids.
    automaticSilentRenew: false,
    ...(endpoints !== undefined && { metadata: { issuer, ...endpoints } }),
  });
}

/** Completes a sign-in from which the issuer has just returned. */
async function firstState(manager: UserManager): Promise<SessionState> {
  const parameters = new URLSearchParams(location.search);
  const isReturn = parameters.has('state') && (parameters.has('code') || parameters.has('error'));
  let hash = location.hash;
  let problem: string | null = null;
  if (isReturn) {
    try {
      const { state } = await manager.signinRedirectCallback();
      if (typeof state === 'string') hash = state;
    } catch (error) {
      problem = callbackProblem(error);
    }
  }
  // A code works once: it must not be in the address when the page is reloaded.
  if (location.search !== '') history.replaceState(null, '', `${location.pathname}${hash}`);
  const user = await manager.getUser();
  return user === null ? { status: 'signed-out', problem } : { status: 'signed-in', person: personOf(user) };
}

function personOf({ profile }: User): string {
  return profile.email ?? profile.preferred_username ?? profile.name ?? profile.sub;
}

/** A sign-in that this tab did not begin: the library knows it only by its message. */
function callbackProblem(error: unknown): string {
  const message = messageOf(error);
  return message.includes('No matching state') ? 'it was begun in another tab, or long ago' : message;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function ignoreSignedOut(error: unknown): void {
  if (!(error instanceof SignedOutError)) throw error;
}
