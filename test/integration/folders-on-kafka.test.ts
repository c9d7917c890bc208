import { randomUUID } from 'node:crypto';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kafkaServer, startKafka } from '../support/servers/kafka.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess, weir } from '../support/weir-process.ts';

const QUICK = { WEIR_BATCH_WINDOW_SECONDS: '0.2', WEIR_KAFKA_SESSION_SECONDS: '1' };
const PURCHASE = { created_at: '2026-01-31 12:00:00', country: 'Italy', currency: 'EUR', amount: 1 };

await describeWithServer(kafkaServer, (running) => {
  const cleanUps: (() => Promise<unknown>)[] = [];
  let topic: string;
  let admin: Admin;
  const brokers = () => running().brokers.join(',');
  const kafka = () => new Kafka({ brokers: [...running().brokers], logLevel: logLevel.NOTHING });

  beforeEach(async () => {
    admin = kafka().admin();
    await admin.connect();
    cleanUps.push(() => admin.disconnect());
    topic = `purchases-${randomUUID()}`;
    await createTopic();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  /** Once more where kafkajs has asked for the leader before there was one. */
  async function createTopic(): Promise<void> {
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
    const topics = [{ topic, numPartitions: 1, configEntries }];
    await admin.createTopics({ topics }).catch(() => admin.createTopics({ topics }));
  }

  async function newFolder(): Promise<string> {
    const { path, remove } = await temporaryFolder();
    cleanUps.push(remove);
    return join(path, 'data');
  }

  async function send(count: number, from = 0): Promise<void> {
    const producer = kafka().producer();
    await producer.connect();
    const messages = Array.from({ length: count }, (_, index) => ({
      key: 'Italy',
      value: JSON.stringify({ ...PURCHASE, event_id: `${from + index}` }),
    }));
    await producer.send({ topic, messages });
    await producer.disconnect();
  }

  const settings = (more: Readonly<Record<string, string>> = {}) => ({
    ...QUICK,
    WEIR_TOPICS: `shop.purchases=${topic}`,
    ...more,
  });
  const args = (folder: string, at = brokers()) => ['--no-generate', '--data-dir', folder, '--brokers', at];
  const once = (folder: string, more: Readonly<Record<string, string>> = {}, at = brokers()) =>
    weir(['start', '--once', ...args(folder, at)], settings(more));

  function run(folder: string, more: Readonly<Record<string, string>> = {}): WeirProcess {
    const pipeline = startWeir(['start', ...args(folder)], settings(more));
    cleanUps.push(async () => {
      pipeline.kill('SIGKILL');
      await pipeline.ended;
    });
    return pipeline;
  }

  async function stop(pipeline: WeirProcess): Promise<void> {
    pipeline.kill('SIGINT');
    await pipeline.ended;
  }

  /** The numbers of events in the table, as text, and of which incarnation. */
  async function events(folder: string): Promise<readonly string[]> {
    const sql = 'select incarnation, event_id from lake.shop_purchases order by incarnation, cast(event_id as integer)';
    const { stdout } = await weir(['query', '--json', '--data-dir', folder, sql]);
    return JSON.parse(stdout).map((row: Record<string, string>) => `${row.incarnation}:${row.event_id}`);
  }

  const numbered = (incarnation: number, count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => `${incarnation}:${from + index}`);

  it('two data folders on one cluster each have all records, at the same time and one after the other', async () => {
    const [first, second, late] = [await newFolder(), await newFolder(), await newFolder()];
    await send(50);
    const pipelines = [run(first), run(second)];
    for (const pipeline of pipelines) await pipeline.untilPrinted(/shop\.purchases 50\b/);
    await send(50, 50);
    for (const pipeline of pipelines) await pipeline.untilPrinted(/shop\.purchases 100\b/);
    await Promise.all(pipelines.map(stop));
    expect(await once(late)).toMatchObject({ code: 0 });
    for (const folder of [first, second, late]) expect(await events(folder)).toEqual(numbered(0, 100));
  }, 120_000);

  it('a folder that was reset, or has lost the newest part of its lake, gets all records again', async () => {
    const folder = await newFolder();
    await send(40);
    await once(folder);
    await weir(['reset', '--yes', '--data-dir', folder]);
    await once(folder);
    expect(await events(folder)).toEqual(numbered(0, 40));

    await rm(join(folder, 'lake', 'shop_purchases'), { recursive: true });
    const { stdout } = await once(folder);
    expect(stdout).toMatch(
      /note: topic \S+, kafka partition 0: had been read up to 40, but the lake has no records of it/,
    );
    expect(await events(folder)).toEqual(numbered(0, 40));
  }, 120_000);

  it('a pipeline on a copy of a folder is refused while the original’s runs, and not after it was killed', async () => {
    const folder = await newFolder();
    await send(10);
    const pipeline = run(folder);
    await pipeline.untilPrinted(/shop\.purchases 10\b/);
    const copy = await newFolder();
    await cp(folder, copy, { recursive: true, filter: (path) => !path.endsWith('.wal') });
    const refused = await once(copy);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^weir start: another pipeline reads topic \S+ for this data folder's group \S+: on a copy/,
    );
    pipeline.kill('SIGKILL');
    await send(10, 10);
    expect(await once(copy)).toMatchObject({ code: 0 });
    expect(await events(copy)).toEqual(numbered(0, 20));
  }, 120_000);

  it('a topic that is deleted and created again while Weir runs is stopped, and read whole as the next incarnation', async () => {
    const folder = await newFolder();
    await send(30);
    const pipeline = run(folder);
    await pipeline.untilPrinted(/shop\.purchases 30\b/);
    await admin.deleteTopics({ topics: [topic] });
    await createTopic();
    // More than before: whoever goes on at the old position would lose the first thirty.
    await send(80, 100);
    await pipeline.untilPrinted(
      /stopped: topic \S+: shop\.purchases: topic \S+ was deleted and created again while Weir ran/,
    );
    await stop(pipeline);
    expect(await events(folder)).toEqual(numbered(0, 30));

    const refused = await once(folder);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^weir start: topic (\S+): shop\.purchases: topic \1 was deleted and created again: .*=1\n$/,
    );
    expect(await once(folder, { WEIR_INCARNATIONS: 'shop.purchases=1' })).toMatchObject({ code: 0, stderr: '' });
    expect(await events(folder)).toEqual([...numbered(0, 30), ...numbered(1, 80, 100)]);
  }, 120_000);

  it('a folder that changes logs is refused, on Kafka, on another cluster and back, until incarnations are raised', async () => {
    const folder = await newFolder();
    const file = join(folder, '..', 'purchases.ndjson');
    await writeFile(file, `${JSON.stringify({ ...PURCHASE, event_id: '7' })}\n`);
    await weir(['produce', 'shop.purchases', '--file', file, '--data-dir', folder]);
    expect(await weir(['start', '--once', '--data-dir', folder], QUICK)).toMatchObject({ code: 0 });
    await send(20);
    const onKafka = await once(folder);
    expect(onKafka.code).toBe(2);
    expect(onKafka.stderr).toMatch(
      /^weir start: \S+ holds what was read from another log .* set WEIR_INCARNATIONS=shop\.purchases=1\n$/,
    );
    expect(await once(folder, { WEIR_INCARNATIONS: 'shop.purchases=1' })).toMatchObject({ code: 0 });

    const other = await startKafka({ nodes: 1, clusterId: 'd2Vpci1vdGhlci1jbHVzdA' });
    cleanUps.push(() => other.stop());
    const elsewhere = other.brokers.join(',');
    const named = { WEIR_TOPICS: '' };
    const onOther = await once(folder, { ...named, WEIR_INCARNATIONS: 'shop.purchases=1' }, elsewhere);
    expect(onOther.stderr).toMatch(/another log .* set WEIR_INCARNATIONS=shop\.purchases=2\n$/);
    const raised = await once(folder, { ...named, WEIR_INCARNATIONS: 'shop.purchases=2' }, elsewhere);
    expect(raised).toMatchObject({ code: 0, stderr: '' });
    expect(await events(folder)).toEqual(['0:7', ...numbered(1, 20)]);
  }, 120_000);

  it('a folder of an earlier version continues where its group has committed, and says when it cannot know its log', async () => {
    const folder = await newFolder();
    await send(20);
    await once(folder);
    await asEarlierVersion(folder, 20);
    await send(5, 20);
    const { code, stdout } = await once(folder);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/^note/m);
    expect(await events(folder)).toEqual(numbered(0, 25));

    await rm(join(folder, 'folder.json'));
    await mkdir(join(folder, 'log', 'groups'));
    const refused = await once(folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/was used with its embedded log, .* Choose another folder .* delete \S+groups\n$/);
  }, 120_000);

  /** Without identity, and with what its group had committed under its former name. */
  async function asEarlierVersion(folder: string, committed: number): Promise<void> {
    await rm(join(folder, 'folder.json'));
    await admin.setOffsets({
      groupId: 'weir-sink-shop.purchases',
      topic,
      partitions: [{ partition: 0, offset: String(committed) }],
    });
  }
});
