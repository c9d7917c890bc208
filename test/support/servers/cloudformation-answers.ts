import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Stoppable } from './requirement.ts';

/** A custom resource's response to CloudFormation. */
interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

interface CloudFormationAnswers extends Stoppable {
  /** The response URL that a request contains. */
  readonly url: string;
  readonly taken: readonly CustomResourceAnswer[];
}

/** Receives the responses of custom resources, like CloudFormation's signed URL. */
export async function startAnswers(): Promise<CloudFormationAnswers> {
  const taken: CustomResourceAnswer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    taken.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port, found none');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${address.port}/answer`, taken, stop };
}
