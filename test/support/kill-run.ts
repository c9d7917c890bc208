import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDuckdb } from '../../lib/adapters/duckdb/open-duckdb.ts';
import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { kafkaEventLog } from '../../lib/adapters/kafka/kafka-event-log.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { runningPipeline } from '../../lib/local/control/control-client.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { readLiveMetrics } from '../../lib/local/live-metrics.ts';
import { answerMetric } from '../../lib/pipeline/meter/metric-answer.ts';
import type { EventLog, RecordToAppend } from '../../lib/pipeline/ports.ts';
import { readSettings } from '../../lib/settings.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';
import { type Random, random } from './random.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWeir, weir } from './weir-process.ts';

export interface KillRun {
  readonly events: number;
  readonly kills: number;
  readonly seed: number;
  /** `host:port` of a real Kafka; by default, the embedded log. */
  readonly brokers?: string;
  /** A Redis cluster for live metrics; by default, the embedded store. */
  readonly redisUrl?: string;
}

/** The actual and the expected content of the lake. */
export interface KillRunResult {
  /** Records on the topic, according to its end offsets. */
  readonly records: number;
  /** Rows and dead letters, and the number of distinct positions among them. */
  readonly inLake: { readonly rows: number; readonly positions: number; readonly deadLetters: number };
  /** Numbers of events whose append was acknowledged but that are in no row. */
  readonly missing: number;
  readonly kills: number;
  /** Purchases by window and country, live and by SQL over the lake: `2026-01-31 12:05:00 Italy 17 850`. */
  readonly windows: { readonly live: readonly string[]; readonly lake: readonly string[] };
  /** Purchases counted live. */
  readonly purchases: number;
}

const TOPIC = 'shop.purchases';
const CHUNK = 1000;
/** One event in this many is invalid. */
const POISON_EVERY = 97;
/** Without compaction, which `compact-kill-run.ts` covers: this test reads every existing object. */
const QUICK = {
  WEIR_COMPACT_EVERY_SECONDS: '0',
  WEIR_BATCH_SIZE: '500',
  WEIR_BATCH_WINDOW_SECONDS: '0.05',
  WEIR_KAFKA_SESSION_SECONDS: '1',
};

/**
 * Runs the pipeline as a separate process, feeds it numbered events, kills it at random moments with SIGKILL and
 * restarts it; at the end lets it process the rest, and reads the lake as a plain reader of the folder.
 */
export async function killRun({ events, kills, seed, brokers, redisUrl = '' }: KillRun): Promise<KillRunResult> {
  const choices = random(seed);
  const folder = await temporaryFolder();
  const args = ['--no-generate', '--data-dir', folder.path, ...(brokers === undefined ? [] : ['--brokers', brokers])];
  const feed = feeder(events, kills);
  const environment = { ...QUICK, WEIR_REDIS_URL: redisUrl, WEIR_REDIS_PREFIX: basename(folder.path) };
  try {
    for (let kill = 0; kill < kills; kill++) {
      await oneLife({ args, dir: folder.path, choices, feed, brokers, environment });
    }
    const rest = await weir(['start', '--once', ...args], environment);
    await sendRest(feed, folder.path, brokers);
    const last = await weir(['start', '--once', ...args], environment);
    if (rest.code !== 0 || last.code !== 0)
      throw new Error(`weir start --once failed: ${JSON.stringify([rest, last])}`);
    const lake = await lakeOf(folder.path, feed);
    const live = await liveOf(folder.path, environment);
    const windows = { lake: lake.windows, live: live.windows };
    return { ...lake, windows, purchases: live.purchases, records: await recordsOn(folder.path, brokers), kills };
  } finally {
    await folder.remove();
  }
}

interface Life {
  readonly args: readonly string[];
  readonly dir: string;
  readonly choices: Random;
  readonly feed: Feeder;
  readonly brokers: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** From a start to a SIGKILL: sometimes before the pipeline is up, usually while it is working. */
async function oneLife({ args, dir, choices, feed, brokers, environment }: Life): Promise<void> {
  const life = startWeir(['start', ...args], environment);
  if (choices.chance(0.1)) {
    await delay(choices.below(800));
  } else {
    const log = brokers === undefined ? await servedLog(dir, life.ended) : openKafka(brokers);
    const sending = feed.sendShare(log.append);
    await delay(choices.below(brokers === undefined ? 900 : 3500));
    life.kill('SIGKILL');
    await sending;
    await log.close();
  }
  life.kill('SIGKILL');
  await life.ended;
}

type Append = (records: readonly RecordToAppend[], kafkaPartition: number) => Promise<unknown>;

async function servedLog(dir: string, ended: Promise<unknown>) {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const pipeline = await runningPipeline(dataFolder(dir).pipelineFile);
    if (pipeline !== null) {
      const append: Append = (records, kafkaPartition) => pipeline.log.append(TOPIC, kafkaPartition, records);
      return { append, close: async () => {} };
    }
    if (isOver) throw new Error('the pipeline ended before it was up');
    await delay(20);
  }
}

function openKafka(brokers: string) {
  const log = kafkaEventLog({ brokers: brokers.split(','), clientId: 'kill-run', warn: () => undefined });
  const append: Append = (records, kafkaPartition) => log.append(TOPIC, kafkaPartition, records);
  return { append, close: () => log.close() };
}

interface Feeder {
  /** Sends a life's share of the rest, until an append fails: unacknowledged events are sent again later. */
  sendShare(append: Append): Promise<void>;
  sendAll(append: Append): Promise<void>;
  /** The numbers of the valid events whose append was acknowledged. */
  readonly acknowledged: ReadonlySet<number>;
}

function feeder(events: number, lives: number): Feeder {
  const chunks = Array.from({ length: Math.ceil(events / CHUNK) }, (_, index) => index * CHUNK);
  const perLife = Math.ceil(chunks.length / lives);
  const acknowledged = new Set<number>();
  const send = async (append: Append, count: number) => {
    for (let sent = 0; sent < count; sent++) {
      const first = chunks[0];
      if (first === undefined) return;
      const numbers = Array.from({ length: Math.min(CHUNK, events - first) }, (_, index) => first + index);
      await append(numbers.map(record), (first / CHUNK) % 2);
      chunks.shift();
      for (const number of numbers) if (number % POISON_EVERY !== 0) acknowledged.add(number);
    }
  };
  return {
    acknowledged,
    sendShare: (append) => send(append, perLife).catch(() => undefined),
    sendAll: (append) => send(append, chunks.length),
  };
}

function record(number: number): RecordToAppend {
  const event = {
    created_at: `2026-01-31 12:${String(Math.floor(number / 7) % 60).padStart(2, '0')}:00`,
    country: number % 3 === 0 ? 'Spain' : 'Italy',
    currency: 'EUR',
    amount: 1 + (number % 100),
    event_id: `${number}`,
  };
  const value = number % POISON_EVERY === 0 ? `poison ${number}` : JSON.stringify(event);
  return { key: Buffer.from('Italy'), value: Buffer.from(value), headers: [] };
}

const openEmbedded = (dir: string) =>
  embeddedEventLog({
    dir: dataFolder(dir).log,
    clock: systemClock,
    maxTopicBytes: 1024 ** 3,
    warn: () => undefined,
  });

const openLog = async (dir: string, brokers: string | undefined): Promise<EventLog> =>
  brokers === undefined
    ? openEmbedded(dir)
    : kafkaEventLog({ brokers: brokers.split(','), clientId: 'kill-run', warn: () => undefined });

async function sendRest(feed: Feeder, dir: string, brokers: string | undefined): Promise<void> {
  const log = await openLog(dir, brokers);
  await feed.sendAll((records, kafkaPartition) => log.append(TOPIC, kafkaPartition, records));
  await log.close();
}

async function recordsOn(dir: string, brokers: string | undefined): Promise<number> {
  const log = await openLog(dir, brokers);
  const ends = await log.endOffsets(TOPIC);
  await log.close();
  return ends.reduce((sum, end) => sum + end, 0);
}

async function liveOf(dir: string, environment: Readonly<Record<string, string>>) {
  const { store, metrics } = await readLiveMetrics({
    folder: dataFolder(dir),
    contracts: [shopPurchases],
    settings: readSettings(environment),
  });
  const answer = async (name: string) => {
    const metric = metrics.find(({ definition }) => definition.name === name);
    if (metric === undefined) throw new Error(`no metric ${name}`);
    const found = await answerMetric(store, metric, { limit: 100_000 });
    if ('invalid' in found || !found.complete)
      throw new Error(`${name}: expected a whole answer, found ${JSON.stringify(found)}`);
    return found.data;
  };
  try {
    const windows = (await answer('purchase_windows')).map(({ group, values, window }) => {
      return [window?.start.slice(0, 19).replace('T', ' '), group.country, values.count, values.sum_amount].join(' ');
    });
    return { windows, purchases: Number((await answer('purchases'))[0]?.values.count ?? 0) };
  } finally {
    await store.close();
  }
}

async function lakeOf(dir: string, feed: Feeder) {
  const { connection } = await openDuckdb();
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const objects = (table: string) => `read_parquet('${join(dataFolder(dir).lake, table)}/*/*/*/*.parquet')`;
  const [counts] = await query(
    'select count(*) as rows, count(distinct (kafka_partition, kafka_offset)) as positions, ' +
      'count(*) filter (is_letter) as dead_letters from (' +
      `select kafka_partition, kafka_offset, false as is_letter from ${objects('shop_purchases')} union all ` +
      `select kafka_partition, kafka_offset, true from ${objects('dead_letters')})`,
  );
  const found = await query(`select distinct cast(event_id as integer) as number from ${objects('shop_purchases')}`);
  const windows = await query(
    "select concat_ws(' ', strftime(date_trunc('minute', event_time), '%Y-%m-%d %H:%M:%S'), country, count(*), sum(amount)) as text " +
      `from ${objects('shop_purchases')} group by date_trunc('minute', event_time), country ` +
      "order by date_trunc('minute', event_time), country",
  );
  const numbers = new Set(found.map(({ number }) => Number(number)));
  return {
    inLake: {
      rows: Number(counts?.rows),
      positions: Number(counts?.positions),
      deadLetters: Number(counts?.dead_letters),
    },
    missing: [...feed.acknowledged].filter((number) => !numbers.has(number)).length,
    windows: windows.map(({ text }) => String(text)),
  };
}
