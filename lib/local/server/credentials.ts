import { createHash, timingSafeEqual } from 'node:crypto';

/** In a time that says nothing about how much of it is right. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The token that a request brings as `Bearer`; empty for none. */
export function bearerToken({ headers }: Request): string {
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
}

/** The password that a request brings as `Basic`, which is how browsers ask for one; empty for none. */
export function basicPassword({ headers }: Request): string {
  const encoded = /^Basic +([\w+/=]+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return password.join(':');
}
