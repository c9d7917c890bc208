import { createHash } from 'node:crypto';
import type { ApiRoute } from '../route.ts';
import { docsPage } from './docs-page.ts';
import type { OpenApiDocument } from './openapi-types.ts';

export interface DocumentPorts {
  /** The document of the whole API, including these routes. Every call returns the same document. */
  readonly document: () => OpenApiDocument;
}

/** `/openapi.json`, and `/docs` for people. */
export const openApiRoutes: readonly ApiRoute<DocumentPorts>[] = [
  {
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    tag: 'description',
    summary: 'This API as an OpenAPI document',
    parameters: [],
    responses: {
      200: {
        description: 'An OpenAPI 3.1 document.',
        content: { 'application/json': { type: 'object', required: ['openapi', 'info', 'paths'] } },
      },
    },
    errors: [],
    isRevised: true,
    async handle(_, { document }) {
      const body = JSON.stringify(document());
      const revision = createHash('sha256').update(body).digest('hex').slice(0, 32);
      return { revision, answer: async () => ({ body }) };
    },
  },
  {
    method: 'GET',
    path: '/docs',
    operationId: 'getDocs',
    tag: 'description',
    summary: 'This API as an interactive page',
    parameters: [],
    responses: { 200: { description: 'The page.', content: { 'text/html': { type: 'string' } } } },
    errors: [],
    handle: async (_, { document }) => docsPage(document()),
  },
];
