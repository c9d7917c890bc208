import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One keep-alive connection that sends a request after each response: the minimum work that HTTP allows. */
export interface Connection {
  /** Resolves with the response's status. */
  send(request: Buffer): Promise<number>;
  close(): void;
}

/** The bytes of a request with a JSON or NDJSON body. */
export function postRequest(path: string, contentType: string, body: Uint8Array): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${contentType}\r\n` +
    `content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** The bytes of a request without a body; `headers` are its lines, each with its line end. */
export function getRequest(path: string, headers = ''): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`);
}

export async function openConnection(port: number): Promise<Connection> {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let answered: ((status: number) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const bytes = answerBytes(received);
    if (bytes === undefined || received.length < bytes) return;
    const status = Number(received.toString('latin1', 9, 12));
    received = received.subarray(bytes);
    answered?.(status);
  });
  socket.on('close', () => failed?.(new Error('the server closed the connection')));
  socket.on('error', (error) => failed?.(error));
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        answered = resolve;
        failed = reject;
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

const LAST_CHUNK = '\r\n0\r\n\r\n';

/** Head and body of the first response; undefined until its end is known. */
function answerBytes(received: Buffer): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  if (received.toString('latin1', 9, 12) === '304') return headEnd + 4;
  const head = received.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return headEnd + 4 + Number(length);
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) throw new Error(`expected the length of an answer, found ${head}`);
  const last = received.indexOf(LAST_CHUNK, headEnd);
  return last < 0 ? undefined : last + LAST_CHUNK.length;
}
