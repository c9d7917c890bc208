import { isIPv6 } from 'node:net';

/** Only this machine can connect to it. */
export const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);

/** Where this machine finds a server that listens on `host`: one of all addresses is found on that of the machine itself. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** As a URL has it. */
export const hostText = (host: string) => (isIPv6(host) ? `[${host}]` : host);
