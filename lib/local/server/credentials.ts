import { createHash, timingSafeEqual } from 'node:crypto';

/** A constant-time comparison. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The request's `Bearer` token; empty if there is none. */
export function bearerToken({ headers }: Request): string {
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
}

/** The request's `Basic` password, which browsers prompt for; empty if there is none. */
export function basicPassword({ headers }: Request): string {
  const encoded = /^Basic +([\w+/=]+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return password.join(':');
}
