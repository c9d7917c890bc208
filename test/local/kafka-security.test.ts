import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaSecurityOf } from '../../lib/local/kafka-security.ts';
import { readSettings } from '../../lib/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('how to connect to Kafka', () => {
  let folder: { readonly path: string; remove(): Promise<void> };
  const file = (name: string) => join(folder.path, name);
  const securityOf = (environment: Record<string, string>) =>
    kafkaSecurityOf(
      readSettings(
        Object.fromEntries(Object.entries(environment).map(([name, value]) => [`WEIR_KAFKA_${name}`, value])),
      ),
    );
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeFile(file('ca.pem'), PEM);
    await writeFile(file('key.pem'), PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY'));
    await writeFile(file('password'), 'hush hush \r\n');
    await writeFile(file('empty'), '\n');
    await writeFile(file('letter'), `see ${PEM.trimEnd()} below`);
  });
  afterAll(() => folder.remove());

  it('is in clear and without a name by default', async () => {
    expect(await securityOf({})).toEqual({});
  });

  it('is TLS with the system’s CAs, with one’s own, and with a certificate of the client', async () => {
    expect(await securityOf({ SECURITY: 'ssl' })).toEqual({ ssl: true });
    expect(await securityOf({ SECURITY: 'ssl', CA_FILE: file('ca.pem') })).toEqual({ ssl: { ca: PEM } });
    const own = { CERTIFICATE_FILE: file('ca.pem'), KEY_FILE: file('key.pem') };
    expect(await securityOf({ SECURITY: 'ssl', ...own })).toMatchObject({
      ssl: { cert: PEM, key: expect.any(String) },
    });
  });

  it('logs in with a password from the environment or a file, whose last line break is none of it', async () => {
    const login = { SECURITY: 'sasl_ssl', USERNAME: 'weir' };
    const sasl = { mechanism: 'scram-sha-512', username: 'weir' };
    expect(await securityOf({ ...login, PASSWORD: 'hush' })).toEqual({
      ssl: true,
      sasl: { ...sasl, password: 'hush' },
    });
    expect(await securityOf({ ...login, PASSWORD_FILE: file('password') })).toMatchObject({
      sasl: { password: 'hush hush ' },
    });
    const plain = { ...login, SECURITY: 'sasl_plaintext', SASL_MECHANISM: 'plain', PASSWORD: 'hush' };
    expect(await securityOf(plain)).toEqual({ sasl: { mechanism: 'plain', username: 'weir', password: 'hush' } });
  });

  it('logs in to MSK in the region that its brokers’ names, or a setting, say', async () => {
    const iam = { WEIR_KAFKA_SECURITY: 'sasl_ssl', WEIR_KAFKA_SASL_MECHANISM: 'aws-msk-iam' };
    const msk = { ...iam, WEIR_BROKERS: 'boot-x.c1.kafka-serverless.eu-central-1.amazonaws.com:9098' };
    for (const settings of [msk, { ...iam, WEIR_KAFKA_AWS_REGION: 'eu-west-1' }]) {
      const { ssl, sasl } = await kafkaSecurityOf(readSettings(settings));
      expect([ssl, sasl?.mechanism]).toEqual([true, 'oauthbearer']);
    }
    await expect(kafkaSecurityOf(readSettings({ ...iam, WEIR_BROKERS: 'kafka:9098' }))).rejects.toThrow(
      /^WEIR_KAFKA_AWS_REGION: expected the region/,
    );
  });

  it.each([
    [{ CA_FILE: 'ca.pem' }, 'CA_FILE: expected with it WEIR_KAFKA_SECURITY ssl or sasl_ssl, found neither'],
    [
      { SECURITY: 'ssl', PASSWORD: 'hush' },
      'PASSWORD: expected with it WEIR_KAFKA_SECURITY sasl_ssl or sasl_plaintext, found neither',
    ],
    [{ SECURITY: 'ssl', KEY_FILE: 'key.pem' }, 'CERTIFICATE_FILE: expected with WEIR_KAFKA_KEY_FILE, found nothing'],
    [{ SECURITY: 'ssl', CA_FILE: 'password' }, 'CA_FILE: expected a file in PEM form, found another in '],
    [{ SECURITY: 'ssl', CA_FILE: 'letter' }, 'CA_FILE: expected a file in PEM form, found another in '],
    [{ SECURITY: 'ssl', CA_FILE: 'missing' }, 'CA_FILE: expected a file that can be read: ENOENT'],
    [{ SECURITY: 'sasl_ssl', PASSWORD: 'hush' }, 'USERNAME: expected a user’s name for scram-sha-512, found nothing'],
    [
      { SECURITY: 'sasl_ssl', USERNAME: 'weir' },
      'PASSWORD: expected a password here or in WEIR_KAFKA_PASSWORD_FILE, found nothing',
    ],
    [
      { SECURITY: 'sasl_ssl', USERNAME: 'weir', PASSWORD: 'hush', PASSWORD_FILE: 'password' },
      'PASSWORD: expected it or WEIR_KAFKA_PASSWORD_FILE, found both',
    ],
    [
      { SECURITY: 'sasl_ssl', USERNAME: 'weir', PASSWORD_FILE: 'empty' },
      'PASSWORD_FILE: expected a password in it, found an empty file',
    ],
    [
      { SECURITY: 'sasl_plaintext', SASL_MECHANISM: 'aws-msk-iam' },
      'SECURITY: expected sasl_ssl with aws-msk-iam, found sasl_plaintext',
    ],
  ])('is refused where the settings do not go together: %o', async (given, message) => {
    const withFolder = Object.entries(given).map(([name, value]) => [
      name,
      name.endsWith('FILE') ? file(value) : value,
    ]);
    const refused = securityOf(Object.fromEntries(withFolder));
    await expect(refused).rejects.toThrow(`WEIR_KAFKA_${message}`);
    await expect(refused).rejects.not.toThrow(/hush/);
  });
});
