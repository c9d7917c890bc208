import { describe, expect, it } from 'vitest';
import { requestGuard } from '../../../lib/local/server/request-guard.ts';

const TOKEN = 'a-token-of-some-length';
const own = { host: '127.0.0.1:8470' };

function refusal(headers: Record<string, string>, { method = 'GET', isLoopback = true, tokens = [] as string[] } = {}) {
  return requestGuard({ isLoopback, tokens })(new Request('http://127.0.0.1:8470/', { method, headers }))?.code;
}

describe('a server that only this machine can connect to', () => {
  it.each(['127.0.0.1:8470', '127.0.0.1', 'localhost:8470', 'LOCALHOST', '[::1]:8470', '127.1.2.3:1'])(
    'answers the Host %s',
    (host) => expect(refusal({ host })).toBeUndefined(),
  );

  it.each(['weir.example.com', 'localhost.example.com', '127.0.0.1.example.com', '10.0.0.1:8470', 'localhost:x', ''])(
    'refuses the Host %s, a name that somebody else has given this machine',
    (host) => expect(refusal({ host })).toBe('misdirected'),
  );

  it('answers programs, which send no Origin, its own pages, and whoever follows a link', () => {
    expect(refusal(own, { method: 'POST' })).toBeUndefined();
    expect(refusal({ ...own, origin: 'http://127.0.0.1:8470' }, { method: 'POST' })).toBeUndefined();
    expect(refusal({ ...own, 'sec-fetch-site': 'same-origin' }, { method: 'POST' })).toBeUndefined();
    expect(refusal({ ...own, 'sec-fetch-site': 'none' })).toBeUndefined();
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(refusal({ ...own, ...link })).toBeUndefined();
  });

  it.each<[string, Record<string, string>, string]>([
    ['form', { origin: 'https://evil.example' }, 'POST'],
    ['form in a sandbox', { origin: 'null' }, 'POST'],
    ['form, where browsers send no Origin', navigation('document'), 'POST'],
    ['script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 'GET'],
    ['script of another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'GET'],
    ['page of another port', { origin: 'http://127.0.0.1:3000' }, 'POST'],
    ['image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 'GET'],
    ['frame', navigation('iframe'), 'GET'],
  ])('refuses the %s of another site', (_, headers, method) => {
    expect(refusal({ ...own, ...headers }, { method })).toBe('forbidden');
  });
});

function navigation(destination: string) {
  return { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': destination };
}

describe('a server with a token', () => {
  const options = { isLoopback: false, tokens: [TOKEN, 'another-token-of-weir'] };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    `Bearer ${TOKEN}`,
    `bearer ${TOKEN}`,
    'Bearer another-token-of-weir',
    basic(`me:${TOKEN}`),
    basic(`:${TOKEN}`),
  ])('lets %s in', (authorization) =>
    expect(refusal({ host: 'weir.example.com', authorization }, options)).toBeUndefined(),
  );

  it.each([
    '',
    'Bearer ',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN} x`,
    `Bearer ${TOKEN.slice(1)}`,
    TOKEN,
    basic(TOKEN),
    basic(`${TOKEN}:`),
  ])('refuses "%s"', (authorization) =>
    expect(refusal({ host: 'weir.example.com', authorization }, options)).toBe('unauthorized'),
  );

  it('says how to bring one, and does not say it', () => {
    const refused = requestGuard(options)(new Request('http://weir.example.com/', { headers: { host: 'weir' } }));
    expect(refused?.headers['www-authenticate']).toBe('Bearer realm="weir", Basic realm="weir"');
    expect(refused?.message).not.toContain(TOKEN);
  });
});
