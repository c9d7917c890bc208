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

/** `weir` may do everything; `guest` may log in, and no more. */
const PASSWORDS = { weir: 'weir-secret', guest: 'guest-secret' } as const;
const MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

interface SecureKafka extends RunningKafka {
  /** TLS, and a login by SCRAM, on `localhost`. Those in `brokers` are in clear, and let everybody do everything. */
  readonly secureBrokers: readonly string[];
  /** Of the CA that signed the broker's certificate, and of one that did not. */
  readonly caFile: string;
  readonly otherCaFile: string;
  readonly passwords: typeof PASSWORDS;
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
  const keyStore = await makeKeyStore(dir, caFile);
  const port = await freePort();
  const users = MECHANISMS.flatMap((mechanism) =>
    Object.entries(PASSWORDS).map(([name, password]) => `${mechanism}=[name=${name},password=${password}]`),
  );
  const kafka = await startKafka({
    nodes: 1,
    formatArguments: users.flatMap((user) => ['--add-scram', user]),
    properties: (usual) => secured(usual, { port, keyStore }),
  });
  const stop = async () => {
    await kafka.stop();
    await folder.remove();
  };
  return { ...kafka, secureBrokers: [`localhost:${port}`], caFile, otherCaFile, passwords: PASSWORDS, stop };
}

interface SecureListener {
  readonly port: number;
  readonly keyStore: string;
}

function secured(usual: KafkaProperties, { port, keyStore }: SecureListener): KafkaProperties {
  const listener = (name: string) => `listener.name.secure.${name}`;
  return {
    ...usual,
    listeners: `${usual.listeners},SECURE://127.0.0.1:${port}`,
    'advertised.listeners': `${usual['advertised.listeners']},SECURE://localhost:${port}`,
    'listener.security.protocol.map': `${usual['listener.security.protocol.map']},SECURE:SASL_SSL`,
    [listener('sasl.enabled.mechanisms')]: MECHANISMS.join(','),
    ...Object.fromEntries(
      MECHANISMS.map((mechanism) => [
        listener(`${mechanism.toLowerCase()}.sasl.jaas.config`),
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      ]),
    ),
    [listener('ssl.keystore.type')]: 'PEM',
    [listener('ssl.keystore.location')]: keyStore,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:weir',
  };
}

const openssl = (...args: string[]) => run('openssl', args);

/** The file of its certificate; its key is beside it. */
async function makeCa(dir: string, name: string): Promise<string> {
  const [key, certificate] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
  await openssl('req', '-x509', ...made, '-days', '2', '-subj', `/CN=weir test ${name}`);
  return certificate;
}

/** The broker's key and certificate, and its CA's, in one file, as Kafka wants them. */
async function makeKeyStore(dir: string, caFile: string): Promise<string> {
  const [key, request, extensions, certificate, store] = ['key', 'csr', 'ext', 'pem', 'store.pem'].map((ending) =>
    join(dir, `broker.${ending}`),
  ) as [string, string, string, string, string];
  await writeFile(extensions, 'subjectAltName=DNS:localhost\n');
  await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', request, '-subj', '/CN=localhost');
  const signer = ['-CA', caFile, '-CAkey', join(dir, 'ca.key'), '-CAcreateserial', '-days', '2'];
  await openssl('x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', certificate);
  const parts = [
    await openssl('pkcs8', '-topk8', '-nocrypt', '-in', key),
    await openssl('x509', '-in', certificate),
    await openssl('x509', '-in', caFile),
  ];
  await writeFile(store, parts.map(({ stdout }) => stdout).join(''));
  return store;
}
