import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { MetricStoreUnavailableError } from '../pipeline/metric-store.ts';
import { type AnswerCache, answerCache, bodyText } from './answer-cache.ts';
import { ApiError, errorBody, errorStatus } from './api-error.ts';
import { etag, isKnown } from './etag.ts';
import { checkQuery } from './parameters.ts';
import type { ApiAnswer, ApiRequest, ServedRoute } from './route.ts';

export interface ApiOptions {
  readonly routes: readonly ServedRoute[];
  /** Called once with each failure that is not the client's fault. */
  readonly report: (error: unknown) => void;
}

/** The `Retry-After` sent to clients while a store or log is unavailable. */
const RETRY_AFTER_SECONDS = 2;

/** Clients that poll more often than this are answered from their own cache. */
const CACHED = 'max-age=1';

/** The HTTP application, the same in Node and in Lambda: every route at `/` and at `/api/`. */
export function createApi({ routes, report }: ApiOptions): Hono {
  const api = new Hono();
  const kept = answerCache();
  for (const path of new Set(routes.map((route) => route.path))) {
    const ofPath = routes.filter((route) => route.path === path);
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const route of ofPath) api.on(route.method, pattern, (context) => answerRoute(route, context, kept));
    api.all(pattern, ({ req }) => {
      throw methodNotAllowed(ofPath, req.method);
    });
  }
  const app = new Hono({ strict: false });
  app.route('/', api);
  app.route('/api', api);
  app.notFound((context) => send(context, errorAnswer(notFound(context))));
  app.onError((error, context) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal' || refusal.code === 'unavailable') report(error);
    return send(context, errorAnswer(refusal));
  });
  return app;
}

async function answerRoute(route: ServedRoute, context: Context, kept: AnswerCache): Promise<Response> {
  const { req } = context;
  const { pathname, search, searchParams } = new URL(req.url);
  const query = checkQuery(route.parameters, searchParams);
  const request: ApiRequest = {
    raw: req.raw,
    variable: (name) => req.param(name) ?? '',
    value(parameter) {
      const text = query.get(parameter.name);
      return text === undefined ? parameter.absent : parameter.read(text);
    },
  };
  const answer = await route.handle(request);
  if (!('revision' in answer)) return send(context, answer);
  const headers = { etag: etag(answer.revision), 'cache-control': CACHED };
  if (isKnown(req.header('if-none-match'), headers.etag)) return context.body(null, 304, headers);
  const made = await kept.answer(`${pathname}${search}`, answer);
  return send(context, { ...made, headers: { ...made.headers, ...headers } });
}

function send(context: Context, { status = 200, body, type = 'application/json', headers = {} }: ApiAnswer): Response {
  return context.body(bodyText(body), status as ContentfulStatusCode, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
}

function errorAnswer(error: ApiError): ApiAnswer {
  return { status: errorStatus[error.code], body: errorBody(error), headers: error.headers };
}

function notFound({ req }: Context): ApiError {
  return new ApiError('not_found', `expected a path of this API, found ${req.path}; GET / lists them`);
}

function methodNotAllowed(routes: readonly ServedRoute[], found: string): ApiError {
  const allowed = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return new ApiError('method_not_allowed', `expected ${allowed}, found ${found}`, { headers: { allow: allowed } });
}

/** Internal failures go to the log, not to clients. */
function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof MetricStoreUnavailableError) {
    return new ApiError('unavailable', 'the store of live metrics does not answer; try again', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      cause: error,
    });
  }
  return new ApiError('internal', 'something failed inside; the log of the server says what', { cause: error });
}
