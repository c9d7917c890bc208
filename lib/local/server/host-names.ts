import { isIPv6 } from 'node:net';

/** Whether only this machine can connect to the address. */
export const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);

/**
 * The address at which this machine reaches a server that listens on `host`; loopback if it listens on all addresses.
 */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** The host as it appears in a URL. */
export const hostText = (host: string) => (isIPv6(host) ? `[${host}]` : host);
