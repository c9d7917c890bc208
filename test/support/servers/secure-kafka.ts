import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporary-folder.ts';
import { kafkaNodeServer, type RunningKafka, startKafka } from './kafka.ts';
import type { KafkaProperties } from './kafka-properties.ts';
import { commandOnPath, type TestServer } from './requirement.ts';
import { freePort } from './spawned-server.ts';

const run = promisify(execFile);

/** `weir` may do everything; `guest` may only log in. */
const PASSWORDS = { weir: 'weir-secret', guest: 'guest-secret' } as const;
const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
const SECURITY_MODULES = 'org.apache.kafka.common.security';

interface SecureKafka extends RunningKafka {
  /**
   * TLS with a SCRAM or PLAIN login, on `localhost`. The addresses in `brokers` are unencrypted and allow everything to
   * everyone.
   */
  readonly secureBrokers: readonly string[];
  /** TLS with a client certificate as the login. */
  readonly mutualTlsBrokers: readonly string[];
  /** The certificate of the CA that signed the broker's certificate, and of another CA. */
  readonly caFile: string;
  readonly otherCaFile: string;
  /** The user `weir`'s certificate, signed by that CA, and one signed by the other CA. */
  readonly client: KeyPair;
  readonly otherClient: KeyPair;
  readonly passwords: typeof PASSWORDS;
}

interface KeyPair {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** A Kafka with TLS, logins and access control lists. */
export const secureKafkaServer: TestServer<SecureKafka> = {
  name: `${kafkaNodeServer.name}, SASL_SSL`,
  install: async () => {
    commandOnPath('openssl');
    await kafkaNodeServer.install();
  },
  start,
};

async function start(): Promise<SecureKafka> {
  const folder = await temporaryFolder();
  const dir = join(folder.path, 'tls');
  await mkdir(dir);
  const [caFile, otherCaFile] = [await makeCa(dir, 'ca'), await makeCa(dir, 'other-ca')];
  const broker = await makeKeyPair(dir, { name: 'localhost', ca: caFile });
  const client = await makeKeyPair(dir, { name: 'weir', ca: caFile });
  const otherClient = await makeKeyPair(dir, { name: 'stranger', ca: otherCaFile });
  const keyStore = await makeKeyStore(dir, broker, caFile);
  const [port, mutualPort] = [await freePort(), await freePort()];
  const users = SCRAM.flatMap((mechanism) =>
    Object.entries(PASSWORDS).map(([name, password]) => `${mechanism}=[name=${name},password=${password}]`),
  );
  const kafka = await startKafka({
    nodes: 1,
    formatArguments: users.flatMap((user) => ['--add-scram', user]),
    properties: (usual) => secured(usual, { port, mutualPort, keyStore, caFile }),
  });
  const stop = async () => {
    await kafka.stop();
    await folder.remove();
  };
  const listeners = { secureBrokers: [`localhost:${port}`], mutualTlsBrokers: [`localhost:${mutualPort}`] };
  return { ...kafka, ...listeners, caFile, otherCaFile, client, otherClient, passwords: PASSWORDS, stop };
}

interface SecureListeners {
  readonly port: number;
  readonly mutualPort: number;
  readonly keyStore: string;
  readonly caFile: string;
}

function secured(usual: KafkaProperties, { port, mutualPort, keyStore, caFile }: SecureListeners): KafkaProperties {
  const secure = (name: string) => `listener.name.secure.${name}`;
  const mutual = (name: string) => `listener.name.mutual.${name}`;
  const plainUsers = Object.entries(PASSWORDS).map(([name, password]) => `user_${name}="${password}"`);
  return {
    ...usual,
    listeners: `${usual.listeners},SECURE://127.0.0.1:${port},MUTUAL://127.0.0.1:${mutualPort}`,
    'advertised.listeners': `${usual['advertised.listeners']},SECURE://localhost:${port},MUTUAL://localhost:${mutualPort}`,
    'listener.security.protocol.map': `${usual['listener.security.protocol.map']},SECURE:SASL_SSL,MUTUAL:SSL`,
    [secure('sasl.enabled.mechanisms')]: [...SCRAM, 'PLAIN'].join(','),
    ...Object.fromEntries(
      SCRAM.map((mechanism) => [
        secure(`${mechanism.toLowerCase()}.sasl.jaas.config`),
        `${SECURITY_MODULES}.scram.ScramLoginModule required;`,
      ]),
    ),
    [secure('plain.sasl.jaas.config')]: `${SECURITY_MODULES}.plain.PlainLoginModule required ${plainUsers.join(' ')};`,
    ...Object.fromEntries(
      [secure, mutual].flatMap((listener) => [
        [listener('ssl.keystore.type'), 'PEM'],
        [listener('ssl.keystore.location'), keyStore],
      ]),
    ),
    [mutual('ssl.client.auth')]: 'required',
    [mutual('ssl.truststore.type')]: 'PEM',
    [mutual('ssl.truststore.location')]: caFile,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:weir;User:CN=weir',
  };
}

const openssl = (...args: string[]) => run('openssl', args);

/** The file of its certificate; its key is next to it. */
async function makeCa(dir: string, name: string): Promise<string> {
  const [key, certificate] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
  await openssl('req', '-x509', ...made, '-days', '2', '-subj', `/CN=weir test ${name}`);
  return certificate;
}

/** A key, and a certificate for that name, signed by the CA. */
async function makeKeyPair(
  dir: string,
  { name, ca }: { readonly name: string; readonly ca: string },
): Promise<KeyPair> {
  const [keyFile, request, extensions, certificateFile] = ['key', 'csr', 'ext', 'pem'].map((ending) =>
    join(dir, `${name}.${ending}`),
  ) as [string, string, string, string];
  await writeFile(extensions, `subjectAltName=DNS:${name}\n`);
  await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', request, '-subj', `/CN=${name}`);
  const signer = ['-CA', ca, '-CAkey', ca.replace(/\.pem$/, '.key'), '-CAcreateserial', '-days', '2'];
  await openssl('x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', certificateFile);
  return { keyFile, certificateFile };
}

/** A key, its certificate and its CA's certificate in one file, as Kafka requires. */
async function makeKeyStore(dir: string, { keyFile, certificateFile }: KeyPair, caFile: string): Promise<string> {
  const store = join(dir, 'broker.store.pem');
  const parts = [
    await openssl('pkcs8', '-topk8', '-nocrypt', '-in', keyFile),
    await openssl('x509', '-in', certificateFile),
    await openssl('x509', '-in', caFile),
  ];
  await writeFile(store, parts.map(({ stdout }) => stdout).join(''));
  return store;
}
