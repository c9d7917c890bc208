import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A planned answer; `broken` closes the connection instead, before or within the body, and `silent` never answers. */
export type ScriptedAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly broken: 'before' | 'within' }
  | { readonly silent: true };

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An HTTP server on 127.0.0.1 that gives one planned answer per request, in order, and repeats the last one. */
export async function scriptedHttpServer() {
  let answers: readonly ScriptedAnswer[] = [];
  let requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer !== undefined) give(answer, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port on 127.0.0.1, found none');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    /** Plans the answers to the next requests, and forgets the requests so far. */
    plan(...planned: readonly ScriptedAnswer[]) {
      answers = planned;
      requests = [];
    },
    requests: (): readonly RecordedRequest[] => requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function give(answer: ScriptedAnswer, response: ServerResponse): void {
  if ('silent' in answer) return;
  if ('status' in answer) {
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  if (answer.broken === 'within') response.writeHead(206, { 'content-length': '100' }).write('part');
  setTimeout(() => response.destroy(), 10);
}
