import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type EventLayout, type EventTexts, eventTexts } from '../../pipeline/ingest/event-texts.ts';
import { ApiError } from '../api-error.ts';
import { requestBody, tooLarge } from '../request-body.ts';

export interface BodyLimits {
  /** The size of the body as received, compressed or not. */
  readonly maxBodyBytes: number;
}

const MEBIBYTE = 1024 * 1024;

/** The size of a body after decompression. */
export const MAX_UNPACKED_BYTES = 10 * MEBIBYTE;
/** The most events that one answer can list individually. */
export const MAX_EVENTS = 10_000;

/** How events are delimited in a body, by media type. */
export const mediaTypes: Readonly<Record<string, EventLayout>> = {
  'application/json': 'json',
  'application/x-ndjson': 'lines',
  'application/ndjson': 'lines',
};

const MEDIA_TYPES = Object.keys(mediaTypes).join(', ');

/**
 * The events of a request: at least one.
 * @throws ApiError `unsupported_media_type`, `too_large`, `invalid_body`
 */
export async function requestEvents(request: Request, limits: BodyLimits): Promise<EventTexts> {
  const layout = layoutOf(request.headers.get('content-type'));
  const isPacked = isGzip(request.headers.get('content-encoding'));
  const body = await requestBody(request, limits.maxBodyBytes);
  if (body.length === 0) throw new ApiError('invalid_body', 'expected an event in the body, found no body');
  const events = eventTexts(isPacked ? await unpacked(body) : checkedLength(body), layout);
  if (events === undefined) {
    throw new ApiError('invalid_body', 'expected JSON, found an array that is broken or does not end');
  }
  const { length } = events.texts;
  if (length === 0) throw new ApiError('invalid_body', 'expected at least one event, found none');
  if (length > MAX_EVENTS) {
    throw new ApiError(
      'too_large',
      `expected at most ${MAX_EVENTS} events in a request, found ${length}; send several`,
    );
  }
  return events;
}

function layoutOf(contentType: string | null): EventLayout {
  const [mediaType, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const layout = Object.hasOwn(mediaTypes, mediaType ?? '') ? mediaTypes[mediaType ?? ''] : undefined;
  const isUtf8 = parameters.every((parameter) => !/^charset=(?!"?utf-?8"?$)/.test(parameter));
  if (layout !== undefined && isUtf8) return layout;
  throw new ApiError(
    'unsupported_media_type',
    `expected the header content-type with one of ${MEDIA_TYPES}, in UTF-8, found another or none`,
    { headers: { 'accept-post': MEDIA_TYPES } },
  );
}

function isGzip(contentEncoding: string | null): boolean {
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  if (encoding === 'identity') return false;
  throw new ApiError('unsupported_media_type', 'expected the content-encoding gzip or none, found another', {
    headers: { 'accept-encoding': 'gzip' },
  });
}

function checkedLength(body: Uint8Array): Uint8Array {
  if (body.length > MAX_UNPACKED_BYTES) throw tooLarge(MAX_UNPACKED_BYTES);
  return body;
}

const gunzipped = promisify(gunzip);

/** Stops at the limit, so that a decompression bomb is never fully unpacked. */
async function unpacked(body: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzipped(body, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new ApiError('too_large', `expected at most ${MAX_UNPACKED_BYTES} bytes when unpacked, found more`, {
        cause,
      });
    }
    throw new ApiError('invalid_body', 'expected gzip, as content-encoding says, found other or cut bytes', { cause });
  }
}
