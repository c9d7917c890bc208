import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Admin, CompressionTypes, Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { kafkaServer } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const EVENTS = 40;
const TIMEOUT_MS = 120_000;

const event = (number: number) =>
  JSON.stringify({
    order_id: `A-${number}`,
    amount: `${number}.50`,
    placed: 1_767_225_600_000 + number,
    note: number % 2 === 0 ? 'x' : null,
  });

await describeWithServer(kafkaServer, (running) => {
  describe('weir infer --topic', () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let admin: Admin;
    let producer: Producer;
    const kafka = () => new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING });

    beforeAll(async () => {
      folder = await temporaryFolder();
      const lib = pathToFileURL(join(packageRoot, 'lib/index.ts')).href;
      await writeFile(
        join(folder.path, 'weir.config.ts'),
        `import { contract, project, string, timestamp } from '${lib}';
         const ticks = contract({ name: 'ticks', version: 1, description: 'Ticks.', owner: 'us', key: 'id', eventTime: 'at',
           identity: 'position', fields: { id: string('Id.'), at: timestamp('When.') } });
         export default project({ streams: [ticks] });`,
      );
      admin = kafka().admin();
      producer = kafka().producer();
      await Promise.all([admin.connect(), producer.connect()]);
    });
    afterAll(async () => {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
      await folder.remove();
    });

    async function newTopic(): Promise<string> {
      const topic = `sample-${randomUUID()}`;
      await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
      return topic;
    }
    const infer = (stream: string, topic: string) => {
      const args = [
        'infer',
        stream,
        '--topic',
        topic,
        '--project',
        folder.path,
        '--data-dir',
        join(folder.path, 'data'),
      ];
      return weir([...args, '--brokers', running().brokers.join(',')]);
    };

    it(
      'reads what is on the topic, an aborted transaction left out, and writes a contract that accepts all of it',
      async () => {
        const topic = await newTopic();
        const messages = Array.from({ length: EVENTS }, (_, number) => ({
          value: event(number),
          partition: number % 2,
        }));
        await producer.send({ topic, messages, compression: CompressionTypes.GZIP });
        await producer.send({ topic, messages: [{ value: null, partition: 0 }] });
        const transactional = kafka().producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
        await transactional.connect();
        const aborted = await transactional.transaction();
        await aborted.send({ topic, messages: [{ value: '{"never":1}', partition: 1 }] });
        await aborted.abort();
        await transactional.disconnect();

        const found = await infer('orders', topic);
        expect(found).toMatchObject({ code: 0, stderr: '' });
        expect(found.stdout).toContain(`it accepts ${EVENTS} of the sample’s ${EVENTS} events`);
        const source = await readFile(join(folder.path, 'streams/orders.ts'), 'utf8');
        for (const field of ["order_id: string('')", "amount: moneyOrText('')", "placed: epochMillis('')"]) {
          expect(source).toContain(`    ${field},\n`);
        }
        expect(source).toContain("note: string('', { nullable: true }),");
        expect(source).not.toContain('never');
      },
      TIMEOUT_MS,
    );

    it(
      'refuses a topic without records, and one that is not there, in one line each, and writes nothing',
      async () => {
        const empty = await infer('empty', await newTopic());
        expect(empty).toMatchObject({ code: 1, stdout: '' });
        expect(empty.stderr).toMatch(/^weir infer: topic sample-\S+: expected records, found none; [^\n]+\n$/);
        const missing = await infer('missing', 'not-there');
        expect(missing).toMatchObject({ code: 1, stdout: '' });
        expect(missing.stderr).toMatch(/^weir infer: [^\n]*not-there[^\n]*\n$/);
        for (const name of ['empty', 'missing']) {
          await expect(readFile(join(folder.path, `streams/${name}.ts`))).rejects.toThrow('ENOENT');
        }
      },
      TIMEOUT_MS,
    );
  });
});
