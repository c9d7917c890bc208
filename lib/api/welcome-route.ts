import { escaped, htmlPage } from './html.ts';
import type { ApiAnswer, ApiRequest, ApiRoute } from './route.ts';

const WELCOME = 'Welcome';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
li { margin: .2rem 0 } a { font-family: ui-monospace, monospace }
`;

export type RouteLink = Pick<ApiRoute<never>, 'path' | 'summary'>;

/** `GET /`: one word; for a browser, a page that links to these routes. */
export function welcomeRoute(routes: readonly RouteLink[]): ApiRoute<unknown> {
  const text = { type: 'string' };
  return {
    method: 'GET',
    path: '/',
    operationId: 'getWelcome',
    tag: 'pipeline',
    summary: 'Welcome text, or for browsers a page with links',
    parameters: [],
    responses: { 200: { description: 'Welcome.', content: { 'text/plain': text, 'text/html': text } } },
    errors: [],
    async handle(request) {
      const headers = { vary: 'accept' };
      if (!wantsPage(request)) return { body: WELCOME, type: 'text/plain; charset=utf-8', headers };
      const page = welcomePage(routes, isBelowApi(request) ? '/api' : '');
      return { ...page, headers: { ...headers, ...page.headers } };
    },
  };
}

const wantsPage = ({ raw }: ApiRequest) => (raw.headers.get('accept') ?? '').includes('text/html');

const isBelowApi = ({ raw }: ApiRequest) => /^\/api(\/|$)/.test(new URL(raw.url).pathname);

function welcomePage(routes: readonly RouteLink[], base: string): ApiAnswer {
  const links = routes.map(({ path, summary }) => `<li><a href="${base}${path}">${path}</a> ${escaped(summary)}</li>`);
  const body = `<h1>${WELCOME}</h1>
<p>This is the REST API of a Weir pipeline.</p>
<ul>
${links.join('\n')}
</ul>`;
  return htmlPage({ title: 'Weir', style: STYLE, body });
}
