import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { fixture } from '../support/fixture-project.ts';
import { installKafka } from '../support/servers/kafka.ts';
import { installLambdaNode } from '../support/servers/lambda-node.ts';
import { installPythonClients, librdkafka, type Step } from '../support/servers/librdkafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { secureKafkaServer } from '../support/servers/secure-kafka.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const JAVA_PROGRAM = join(import.meta.dirname, '../support/programs/ProduceLines.java');
const PER_PRODUCER = 60;
const LOGIN = /the login was refused: check WEIR_KAFKA_USERNAME, WEIR_KAFKA_PASSWORD/;
const CLIENT_CERTIFICATE = /a client certificate that it trusts: set WEIR_KAFKA_CERTIFICATE_FILE and \S+_KEY_FILE/;

const server = {
  ...secureKafkaServer,
  install: () => Promise.all([secureKafkaServer.install(), installPythonClients(), installLambdaNode()]),
};

const purchase = (username: string) =>
  JSON.stringify({ created_at: '2026-01-31T12:00:00Z', username, country: 'Italy', currency: 'EUR', amount: 5 });

await describeWithServer(server, (running) => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ path: folder, remove } = await temporaryFolder());
  });
  afterAll(() => remove());

  const login = (user: 'weir' | 'guest' = 'weir') => ({
    WEIR_BROKERS: running().secureBrokers.join(','),
    WEIR_KAFKA_SECURITY: 'sasl_ssl',
    WEIR_KAFKA_CA_FILE: running().caFile,
    WEIR_KAFKA_USERNAME: user,
    WEIR_KAFKA_PASSWORD: running().passwords[user],
    WEIR_BATCH_WINDOW_SECONDS: '0.2',
  });
  const ofLibrdkafka = () => ({
    'bootstrap.servers': running().secureBrokers.join(','),
    'security.protocol': 'SASL_SSL',
    'ssl.ca.location': running().caFile,
    'sasl.mechanism': 'SCRAM-SHA-256',
    'sasl.username': 'weir',
    'sasl.password': running().passwords.weir,
  });
  async function newTopic(kafkaPartitions: number): Promise<string> {
    const topic = `orders-${randomUUID()}`;
    const admin = new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: kafkaPartitions }] });
    await admin.disconnect();
    return topic;
  }

  /** Java's own producer, whose snappy has a frame that librdkafka's has not. */
  async function produceWithJava(
    topic: string,
    codec: (typeof CODECS)[number],
    lines: readonly string[],
  ): Promise<void> {
    const options = ['-Xmx128m', '-cp', join(await installKafka(), '*'), JAVA_PROGRAM];
    const args = [...options, running().brokers.join(','), topic, codec];
    const sending = promisify(execFile)('java', args);
    sending.child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
    await sending;
  }

  /** One purchase goes onto the topic and into the lake. */
  async function purchaseThrough(environment: Record<string, string>): Promise<void> {
    const sent = await weir(['produce', 'shop.purchases', '--count', '1'], environment);
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(await weir(['start', '--once'], environment)).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await weir(['query', '--json', 'select kafka_offset from lake.shop_purchases'], environment);
    expect(JSON.parse(stdout)).toHaveLength(1);
  }

  function expectOneLine({ code, stderr }: Awaited<ReturnType<typeof weir>>, advice: RegExp): void {
    expect(code).toBe(1);
    expect(stderr).toMatch(/^weir start: Kafka at localhost:\d+: [^\n]*\n$/);
    expect(stderr).toMatch(advice);
  }

  describe('a cluster with TLS, logins and access control lists', () => {
    it('is read to the end, each record once, whatever codecs are mixed on a topic', async () => {
      const topic = await newTopic(2);
      const steps: Step[] = CODECS.map((codec) => [
        'producer',
        codec,
        { ...ofLibrdkafka(), 'compression.type': codec },
      ]);
      for (let index = 0; index < PER_PRODUCER; index += 1) {
        for (const codec of CODECS) {
          steps.push(['send', codec, topic, index % 2, purchase(`${codec} ${index}`)]);
          if (index % 7 === 0) steps.push(['flush', codec]);
        }
      }
      await librdkafka([...steps, ...CODECS.map((codec): Step => ['flush', codec])]);
      for (const codec of CODECS) {
        await produceWithJava(
          topic,
          codec,
          Array.from({ length: 40 }, (_, index) => purchase(`java ${codec} ${index}`)),
        );
      }
      const environment = { ...login(), WEIR_TOPICS: `shop.purchases=${topic}` };
      for (let start = 0; start < 2; start += 1) {
        const once = await weir(['start', '--once', '--data-dir', folder], environment);
        expect(once).toMatchObject({ code: 0, stderr: '' });
      }
      const sql = 'select username from lake.shop_purchases order by username';
      const { stdout } = await weir(['query', '--json', '--data-dir', folder, sql]);
      const expected = CODECS.flatMap((codec) => [
        ...Array.from({ length: PER_PRODUCER }, (_, index) => `${codec} ${index}`),
        ...Array.from({ length: 40 }, (_, index) => `java ${codec} ${index}`),
      ]);
      expect(JSON.parse(stdout).map(({ username }: { username: string }) => username)).toEqual(expected.sort());
    }, 240_000);

    it.each(['gzip', 'snappy', 'lz4'] as const)(
      'gets what Weir compresses with %s, as others read it',
      async (codec) => {
        const topic = await newTopic(1);
        const named = { ...login(), WEIR_TOPICS: `shop.feedback=${topic}`, WEIR_KAFKA_COMPRESSION: codec };
        const sent = await weir(
          ['produce', 'shop.feedback', '--count', '50', '--seed', '1', '--data-dir', folder],
          named,
        );
        expect(sent).toMatchObject({ code: 0, stderr: '' });
        const [found = []] = await librdkafka([['read', ofLibrdkafka(), topic]]);
        expect(found.map(([, , value]) => Object.keys(JSON.parse(value)).includes('rating'))).toEqual(
          Array(50).fill(true),
        );
      },
      60_000,
    );

    it('gets what Weir compresses with zstd on a newer Node, and Weir reads it on this one', async () => {
      const topic = await newTopic(1);
      const environment = { ...login(), WEIR_TOPICS: `shop.feedback=${topic}`, WEIR_DATA_DIR: join(folder, 'zstd') };
      const args = ['--import', 'tsx', join(packageRoot, 'bin/weir.ts'), 'produce', 'shop.feedback', '--count', '50'];
      const sent = await promisify(execFile)(await installLambdaNode(), args, {
        cwd: fixture.dir,
        env: { ...process.env, ...environment, WEIR_KAFKA_COMPRESSION: 'zstd' },
      });
      expect(sent.stderr).toBe('');
      const [found = []] = await librdkafka([['read', ofLibrdkafka(), topic]]);
      expect(found).toHaveLength(50);
      expect(await weir(['start', '--once'], environment)).toMatchObject({ code: 0, stderr: '' });
      const { stdout } = await weir(['query', '--json', 'select kafka_offset from lake.shop_feedback'], environment);
      expect(JSON.parse(stdout)).toHaveLength(50);
    }, 120_000);

    it('is read with a login by PLAIN, whose wrong password is refused in one line', async () => {
      const plain = { ...login(), WEIR_KAFKA_SASL_MECHANISM: 'plain', WEIR_DATA_DIR: join(folder, 'plain') };
      const environment = { ...plain, WEIR_TOPICS: `shop.purchases=${await newTopic(1)}` };
      await purchaseThrough(environment);
      expectOneLine(await weir(['start', '--once'], { ...environment, WEIR_KAFKA_PASSWORD: 'not-the-secret' }), LOGIN);
    }, 120_000);

    it('is read with a certificate of the client’s, and without one says in one line what is missing', async () => {
      const { client, otherClient, mutualTlsBrokers, caFile } = running();
      const mutual = {
        WEIR_BROKERS: mutualTlsBrokers.join(','),
        WEIR_KAFKA_SECURITY: 'ssl',
        WEIR_KAFKA_CA_FILE: caFile,
        WEIR_TOPICS: `shop.purchases=${await newTopic(1)}`,
        WEIR_DATA_DIR: join(folder, 'mutual'),
      };
      const withPair = ({ keyFile, certificateFile }: typeof client) => ({
        ...mutual,
        WEIR_KAFKA_KEY_FILE: keyFile,
        WEIR_KAFKA_CERTIFICATE_FILE: certificateFile,
      });
      await purchaseThrough(withPair(client));
      for (const refused of [mutual, withPair(otherClient)]) {
        expectOneLine(await weir(['start', '--once'], refused), CLIENT_CERTIFICATE);
        const { stdout } = await weir(['doctor'], refused);
        expect(stdout.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([
          expect.stringMatching(CLIENT_CERTIFICATE),
        ]);
      }
    }, 240_000);

    it.each([
      ['a wrong password', { WEIR_KAFKA_PASSWORD: 'not-the-secret' }, LOGIN],
      [
        'a CA that did not sign the certificate',
        'other CA',
        /the broker’s certificate is of a CA that is not trusted: set WEIR_KAFKA_CA_FILE/,
      ],
      ['a user without rights', 'guest', /this user may not .*: grant it/],
    ] as const)(
      'says in one line what to do about %s',
      async (_, wrong, advice) => {
        const given =
          wrong === 'other CA'
            ? { WEIR_KAFKA_CA_FILE: running().otherCaFile }
            : wrong === 'guest'
              ? login('guest')
              : wrong;
        const failed = await weir(['start', '--once', '--data-dir', folder], { ...login(), ...given });
        expectOneLine(failed, advice);
        expect(failed.stdout + failed.stderr).not.toMatch(/secret/);
      },
      90_000,
    );

    it('is tried step by step by doctor, which shows no password', async () => {
      const good = await weir(['doctor', '--data-dir', folder], login());
      const steps = good.stdout.split('\n').filter((line) => /^(ok|FAILED) +(broker|Kafka)/.test(line));
      expect(steps.map((line) => line.replace(/localhost:\d+/, 'B').replace(/: [^:]*$/, ''))).toEqual([
        ...['name', 'port', 'TLS', 'login'].map((step) => `ok      broker B: ${step}`),
        'ok      Kafka: topics',
        'ok      Kafka: group',
      ]);
      expect(good).toMatchObject({ code: 0, stderr: '' });
      const failing = async (given: Record<string, string>) => {
        const { code, stdout } = await weir(['doctor', '--data-dir', folder], { ...login(), ...given });
        expect(code).toBe(1);
        expect(stdout).not.toMatch(/-secret/);
        return stdout.split('\n').filter((line) => line.startsWith('FAILED'));
      };
      const [, port = ''] = (running().secureBrokers[0] ?? '').split(':');
      expect(await failing({ WEIR_BROKERS: `no-such-host.invalid:${port}` })).toEqual([
        expect.stringMatching(/: name: .*is the name right/),
      ]);
      expect(await failing({ WEIR_BROKERS: 'localhost:1' })).toEqual([
        expect.stringMatching(/: port: .*is a broker running there\?/),
      ]);
      expect(await failing({ WEIR_KAFKA_CA_FILE: running().otherCaFile })).toEqual([
        expect.stringMatching(/: TLS: .*set WEIR_KAFKA_CA_FILE/),
      ]);
      expect(await failing({ WEIR_KAFKA_PASSWORD: 'wrong' })).toEqual([
        expect.stringMatching(/: login: .*check WEIR_KAFKA_USERNAME/),
      ]);
      expect(await failing({ WEIR_TOPICS: 'shop.feedback=not-there' })).toEqual([
        expect.stringMatching(/Kafka: topics: no topic not-there that this user may see; create it, or grant/),
      ]);
    }, 240_000);
  });
});
