import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** The caller's credentials: IAM, with a signed request, or a token. */
export type ApiCredentials =
  | { readonly token: string }
  | {
      readonly region: string;
      readonly credentials: () => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }>;
    };

const TIME_LIMIT_MS = 30_000;

/**
 * Requests from a deployment's REST API the Kafka timestamp of the newest record that live metrics count, by stream;
 * streams without any are omitted.
 * @throws for any answer but 200, with its status and body.
 */
export async function countedRecords(url: string, credentials: ApiCredentials): Promise<ReadonlyMap<string, number>> {
  const target = new URL('/status', url);
  const answer = await fetch(target, {
    headers: await headersFor(target, credentials),
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  const body = await answer.text();
  if (answer.status !== 200)
    throw new Error(`GET ${target}: expected HTTP 200, found ${answer.status}: ${body.slice(0, 200)}`);
  const { streams }: { readonly streams: readonly { readonly stream: string; readonly newest: string | null }[] } =
    JSON.parse(body);
  return new Map(streams.flatMap(({ stream, newest }) => (newest === null ? [] : [[stream, Date.parse(newest)]])));
}

async function headersFor({ host, protocol, pathname, hostname }: URL, credentials: ApiCredentials) {
  if ('token' in credentials) return { authorization: `Bearer ${credentials.token}` };
  const signer = new SignatureV4({ service: 'execute-api', sha256: Sha256, ...credentials });
  const request = { method: 'GET', protocol, hostname, path: pathname, query: {}, headers: { host } };
  const { host: _, ...headers } = (await signer.sign(request)).headers;
  return headers;
}
