import { expect, it } from 'vitest';
import { hostText, isLoopback, reachable } from '../../../lib/local/server/host-names.ts';

it.each([
  ['localhost', true, 'localhost'],
  ['LOCALHOST', true, 'LOCALHOST'],
  ['127.0.0.1', true, '127.0.0.1'],
  ['127.8.9.10', true, '127.8.9.10'],
  ['::1', true, '[::1]'],
  ['0.0.0.0', false, '0.0.0.0'],
  ['10.0.0.1', false, '10.0.0.1'],
  ['127.0.0.1.example.com', false, '127.0.0.1.example.com'],
  ['localhost.example.com', false, 'localhost.example.com'],
])('%s is this machine alone: %s; in a URL it is %s', (host, isLocal, text) => {
  expect(isLoopback(host)).toBe(isLocal);
  expect(hostText(host)).toBe(text);
});

it('a server on all addresses is found on that of the machine itself', () => {
  expect(['0.0.0.0', '::', '10.0.0.1'].map(reachable)).toEqual(['127.0.0.1', '::1', '10.0.0.1']);
});
