import type { TextPosition } from '../lib/api/api-error.ts';
import type { Answer } from './model/poll.ts';
import type { Session } from './model/session.ts';

const TIMEOUT_MS = 10_000;
/** Some requests take long, such as a replay of many dead letters. */
const POST_TIMEOUT_MS = 120_000;

let session: Session | null = null;

/** From now on, requests carry the session's tokens. */
export function authorizeBy(signedIn: Session): void {
  session = signedIn;
}

/** Requests from the API what has changed since `etag`. @param path `/overview` @throws with a message for people */
export async function ask<T>(path: string, etag: string | null): Promise<Answer<T>> {
  const response = await answerOf(path, {
    headers: etag === null ? {} : { 'if-none-match': etag },
    // The browser's own cache would turn a 304 into the previous body, and hide that nothing has changed.
    cache: 'no-store',
  });
  const known = response.status === 304;
  if (!known && !response.ok) throw await refusal(response);
  return {
    body: known ? null : ((await response.json()) as T),
    etag: response.headers.get('etag') ?? etag,
    dateMs: Date.parse(response.headers.get('date') ?? '') || Date.now(),
  };
}

/** The API's refusal of a request, as a message for people. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  /** Where in a statement the mistake is; null if the API does not say. */
  readonly position: TextPosition | null;

  constructor(message: string, position: TextPosition | null) {
    super(message);
    this.position = position;
  }
}

/**
 * Sends a POST request, and resolves with the API's answer.
 * @param body JSON text
 * @param signal ends the request
 * @throws with a message for people
 */
export async function post<T>(path: string, body?: string, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = {
    method: 'POST',
    headers,
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  };
  const response = await answerOf(path, init, POST_TIMEOUT_MS);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

async function answerOf(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Response> {
  const headers = new Headers(init.headers);
  if (session !== null) headers.set('authorization', `Bearer ${await session.token()}`);
  const ends = [AbortSignal.timeout(timeoutMs), ...(init.signal == null ? [] : [init.signal])];
  try {
    const response = await fetch(`/api${path}`, { ...init, headers, signal: AbortSignal.any(ends) });
    if (response.status === 401) await session?.refused();
    return response;
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const message = isLate ? `no answer after ${timeoutMs / 1000} s` : 'the server cannot be reached';
    throw new Error(message, { cause: error });
  }
}

async function refusal(response: Response): Promise<RefusalError> {
  const signedOut = response.status === 401 && session === null ? '; reload the page to sign in again' : '';
  const body: unknown = await response.json().catch(() => null);
  const said = body as Refusal | null;
  const message = typeof said?.error?.message === 'string' ? `: ${said.error.message}` : '';
  const refused = said?.events?.find(({ status }) => status === 'refused');
  const event =
    refused === undefined ? '' : `: ${refused.reason} at ${refused.path || 'the whole event'}: ${refused.detail}`;
  const position = said?.error?.position ?? null;
  return new RefusalError(`the server answered ${response.status}${message}${event}${signedOut}`, position);
}

/** The part of an error's body that is shown. */
interface Refusal {
  readonly error?: { readonly message?: unknown; readonly position?: TextPosition };
  /** Set by `POST /events/{stream}`. */
  readonly events?: readonly Record<'status' | 'reason' | 'path' | 'detail', string>[];
}
