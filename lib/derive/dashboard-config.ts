/** What the dashboard reads when it loads, as `config.json` beside its files. */
export interface DashboardConfig {
  /** null if the server itself asks for credentials, or needs none. */
  readonly signIn: SignInConfig | null;
  /** The pages whose routes the API has, by name; null for all. */
  readonly pages: readonly string[] | null;
}

/** An OpenID Connect issuer, and the dashboard's client there: a public one, for the authorization code flow with PKCE. */
export interface SignInConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** `openid weir/read` */
  readonly scope: string;
  /** The issuer's endpoints, if the dashboard cannot request their discovery document. */
  readonly endpoints?: {
    readonly authorization_endpoint: string;
    readonly token_endpoint: string;
    readonly end_session_endpoint: string;
  };
  /** Parameters of the issuer's own at sign-out. */
  readonly signOutParameters?: Readonly<Record<string, string>>;
}

/** On a laptop: the server asks for its token, if it has one, and serves every page. */
export const LOCAL_CONFIG: DashboardConfig = { signIn: null, pages: null };
