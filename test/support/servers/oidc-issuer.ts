import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, errors } from 'oidc-provider';

export const AUDIENCE = 'https://weir.example.com';
export const CLIENT_ID = 'weir-dashboard';

export interface OidcIssuer {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  /** How long access tokens are valid from now on. */
  accessSeconds: number;
  /** Whether tokens come with one that renews them, from now on. */
  hasRefreshTokens: boolean;
  /** Refuses every renewal from now on, as if an administrator had signed everybody out. */
  refusesRenewal: boolean;
  /** Renewals so far. */
  readonly renewals: () => number;
  stop(): Promise<void>;
}

/**
 * An OpenID Connect issuer (`oidc-provider`, certified by the OpenID Foundation) with one public client that must use
 * PKCE. Anybody signs in, with any password, on its own pages; access tokens are JWTs with the scope `weir/read`.
 * @param site the origin that the client belongs to
 */
export async function startOidcIssuer(site: string): Promise<OidcIssuer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let renewals = 0;
  const issuer: OidcIssuer = {
    url,
    accessSeconds: 3600,
    hasRefreshTokens: true,
    refusesRenewal: false,
    renewals: () => renewals,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const provider = new Provider(url, configuration(site, issuer));
  const answer = provider.callback();
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.params?.grant_type === 'refresh_token') renewals += 1;
  });
  server.on('request', answer);
  return issuer;
}

function configuration(site: string, issuer: OidcIssuer): Configuration {
  const address = `${site}/dashboard/`;
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [address],
        post_logout_redirect_uris: [address],
      },
    ],
    scopes: ['openid'],
    claims: { openid: ['sub', 'email'] },
    conformIdTokenClaims: false,
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, email: `${sub}@example.com` }) }),
    clientBasedCORS: (_, origin) => origin === site,
    issueRefreshToken: () => issuer.hasRefreshTokens,
    rotateRefreshToken() {
      if (issuer.refusesRenewal) throw new errors.InvalidGrant('signed out by an administrator');
      return false;
    },
    ttl: { AccessToken: () => issuer.accessSeconds },
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'weir/read weir/write',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: issuer.accessSeconds,
        }),
      },
    },
    renderError(context, { error, error_description }) {
      context.type = 'text/plain';
      context.body = `${error}: ${error_description}`;
    },
  };
}
