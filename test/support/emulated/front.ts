import { request as httpRequest } from 'node:http';
import { type LocalServer, localServer } from './json-server.ts';

/** What happens to a request: nothing, a refusal, or a closed connection. */
type Obstacle = 'none' | 'away' | { readonly status: number; readonly body: string; readonly method: string };

export interface Front extends LocalServer {
  obstacle: Obstacle;
}

/** A proxy that passes everything on to a server, including signatures, except for what the obstacle blocks. */
export async function startFront(target: string): Promise<Front> {
  const server = await localServer(async (request, body, response) => {
    const { obstacle } = front;
    if (obstacle === 'away') {
      request.socket.destroy();
      return;
    }
    if (obstacle !== 'none' && obstacle.method === request.method) {
      response.writeHead(obstacle.status, { 'content-type': 'application/xml' }).end(obstacle.body);
      return;
    }
    const { url = '/', method, headers } = request;
    const onwards = httpRequest(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    onwards.end(body);
  });
  const front: Front = { ...server, obstacle: 'none' };
  return front;
}
