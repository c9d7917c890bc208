/** How the dashboard signs in, where the API requires it. */
export interface Session {
  readonly state: SessionState;
  /** Calls back after each change of `state`. @returns what ends it */
  onChange(listener: () => void): () => void;
  /** A token for the API, renewed if necessary. @throws SignedOutError if nobody is signed in any more */
  token(): Promise<string>;
  /** The API refused the token. */
  refused(): Promise<void>;
  /** Leaves for the issuer's page, which returns to the current address. */
  signIn(): Promise<void>;
  signOut(): Promise<void>;
}

export type SessionState =
  | { readonly status: 'signed-in'; readonly person: string }
  /** `problem`: why the last attempt failed, in words. */
  | { readonly status: 'signed-out'; readonly problem: string | null }
  | { readonly status: 'expired' };

export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';

  constructor() {
    super('your sign-in has expired');
  }
}
