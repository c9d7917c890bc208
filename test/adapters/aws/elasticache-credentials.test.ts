import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { elastiCacheCredentials } from '../../../lib/adapters/aws/elasticache-credentials.ts';

const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'to/ken+=' };
const login = elastiCacheCredentials({
  region: 'eu-west-1',
  cache: 'weir-dev',
  user: 'weir-dev-read',
  credentials: () => identity,
});

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf(signed: URL): string {
  const [, day = '', region = '', service = ''] = signed.searchParams.get('X-Amz-Credential')?.split('/') ?? [];
  const query = [...signed.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const request = ['GET', '/', query, `host:${signed.host}`, '', 'host', createHash('sha256').digest('hex')].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const digest = createHash('sha256').update(request).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', signed.searchParams.get('X-Amz-Date'), scope, digest].join('\n');
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${identity.secretAccessKey}`, day));
  return hmac(key, toSign).toString('hex');
}

it('a login is a signed request to connect as the user, for a quarter of an hour, without its scheme', async () => {
  const { username, password } = await login();
  expect(username).toBe('weir-dev-read');
  const signed = new URL(`http://${password}`);
  expect(signed.host).toBe('weir-dev');
  expect(Object.fromEntries(signed.searchParams)).toMatchObject({
    Action: 'connect',
    User: 'weir-dev-read',
    ResourceType: 'ServerlessCache',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': identity.sessionToken,
    'X-Amz-Credential': expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/elasticache\/aws4_request$/),
  });
  expect(signed.searchParams.get('X-Amz-Signature')).toBe(signatureOf(signed));
});
