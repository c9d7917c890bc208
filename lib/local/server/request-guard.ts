import { ApiError } from '../../api/api-error.ts';
import { basicPassword, bearerToken, isSameSecret } from './credentials.ts';

interface GuardOptions {
  /** Whether only this machine can connect. */
  readonly isLoopback: boolean;
  /** Any of them authorises a request; if there are none, every request from this machine is accepted. */
  readonly tokens: readonly string[];
}

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Returns why a request is refused before it is handled; undefined if it is accepted. Requests from pages of other
 * sites are refused, whether through a host name that resolves to this machine (DNS rebinding) or through a form,
 * script or image.
 */
export function requestGuard({ isLoopback, tokens }: GuardOptions): (request: Request) => ApiError | undefined {
  return (request) => {
    const host = request.headers.get('host') ?? '';
    if (isLoopback && !LOOPBACK_NAME.test(host)) {
      return new ApiError('misdirected', 'expected a Host header of this machine, such as localhost, found another');
    }
    if (isOtherSite(request, host)) {
      return new ApiError(
        'forbidden',
        'expected a request of no web page or of one of this server, found another site’s',
      );
    }
    if (tokens.length > 0 && !hasToken(request, tokens)) {
      const headers = { 'www-authenticate': 'Bearer realm="weir", Basic realm="weir"' };
      const message = 'expected the token of this server as Authorization: Bearer, found another or none';
      return new ApiError('unauthorized', message, { headers });
    }
    return undefined;
  };
}

/** @see https://www.w3.org/TR/fetch-metadata/ */
function isOtherSite({ method, headers }: Request, host: string): boolean {
  const origin = headers.get('origin');
  if (origin !== null && origin !== `http://${host}` && origin !== `https://${host}`) return true;
  const site = headers.get('sec-fetch-site');
  if (site !== 'cross-site' && site !== 'same-site') return false;
  // Following a link shows the page to the user, not to the linking site.
  const isLink = headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';
  return method !== 'GET' || !isLink;
}

function hasToken(request: Request, tokens: readonly string[]): boolean {
  const given = [bearerToken(request), basicPassword(request)].filter((token) => token !== '');
  return given.some((token) => tokens.some((expected) => isSameSecret(token, expected)));
}
