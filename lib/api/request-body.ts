import { ApiError } from './api-error.ts';

/** The request's body, unchanged. @throws ApiError `too_large` before more than `maxBytes` are read */
export async function requestBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const length = request.headers.get('content-length');
  if (length === null) return streamed(request, maxBytes);
  if (Number(length) > maxBytes) throw tooLarge(maxBytes);
  // The server never reads more from the connection than `Content-Length` states.
  return new Uint8Array(await request.arrayBuffer());
}

async function streamed({ body }: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function tooLarge(maxBytes: number): ApiError {
  return new ApiError('too_large', `expected a body of at most ${maxBytes} bytes, found more; send several`);
}
