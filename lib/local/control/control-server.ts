import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { StreamStatus } from '../../api/stream-status.ts';
import { type EventLog, UnknownTopicError } from '../../pipeline/ports.ts';
import { removePipelineFile, writePipelineFile } from './pipeline-file.ts';
import { readAppendRequest } from './wire-records.ts';

export interface ControlServerOptions {
  /** `pipeline.json` of the data folder. */
  readonly file: string;
  readonly log: Pick<EventLog, 'append' | 'kafkaPartitions'>;
  readonly status: () => Promise<readonly StreamStatus[]>;
}

export interface ControlServer {
  readonly port: number;
  /** Answers what has been asked, and takes the note out of the data folder. */
  close(): Promise<void>;
}

/** Four times what a producer sends at once, and enough for the longest line that is read. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Lets other processes of this user append to the log, whose only writer this process is, and ask how it stands. On
 * 127.0.0.1 at a port that the system chooses; port and token are noted in the data folder.
 *
 *     GET  /status                          → the streams' status
 *     GET  /kafka-partitions?topic=orders   → {"kafkaPartitions": 3}
 *     POST /append                          → {"firstOffset": 17}
 */
export async function controlServer(options: ControlServerOptions): Promise<ControlServer> {
  const token = randomBytes(32).toString('hex');
  const server = createServer((request, response) => {
    void answer(options, token, request).then(
      (body) => send(response, 200, body),
      (error) => send(response, error instanceof Refusal ? error.status : 500, { error: messageOf(error) }),
    );
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  try {
    await writePipelineFile(options.file, { pid: process.pid, port, token });
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    port,
    async close() {
      await removePipelineFile(options.file, process.pid);
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function answer(options: ControlServerOptions, token: string, request: IncomingMessage): Promise<unknown> {
  if (!isAllowed(request, token)) throw new Refusal(401, 'expected the token of pipeline.json, found another or none');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  switch (`${request.method} ${pathname}`) {
    case 'GET /status':
      return options.status();
    case 'GET /kafka-partitions':
      return { kafkaPartitions: await known(options.log.kafkaPartitions(searchParams.get('topic') ?? '')) };
    case 'POST /append': {
      const { topic, kafkaPartition, records } = readAppend(await bodyOf(request));
      return known(options.log.append(topic, kafkaPartition, records));
    }
    default:
      throw new Refusal(404, `expected /status, /kafka-partitions or /append, found ${request.method} ${pathname}`);
  }
}

function isAllowed(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function readAppend(text: string) {
  try {
    return readAppendRequest(text);
  } catch (error) {
    throw new Refusal(400, `append: ${messageOf(error)}`);
  }
}

async function known<T>(answered: Promise<T>): Promise<T> {
  try {
    return await answered;
  } catch (error) {
    throw error instanceof UnknownTopicError ? new Refusal(404, error.message) : error;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, `expected at most ${MAX_BODY_BYTES} bytes, found more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  // What is left of a refused body is not read.
  const headers = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('control server: expected a port, found none');
  return address.port;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
