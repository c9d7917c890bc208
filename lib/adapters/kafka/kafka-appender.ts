import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import pLimit, { type LimitFunction } from 'p-limit';
import { type RecordToAppend, RecordTooLargeError } from '../../pipeline/ports.ts';
import { recordBytes } from '../../pipeline/record-queue.ts';
import { type Compression, compressions, compressor } from './codecs.ts';
import { messageOf } from './kafka-message.ts';
import { isTooLarge, kafkaTrouble } from './kafka-trouble.ts';

/** About eleven seconds, longer than it takes to detect a broker failure. */
const SEND_RETRY = { initialRetryTime: 200, maxRetryTime: 2000, retries: 8 };
/** Below the 1 MiB that a broker accepts by default; kafkajs makes one batch of a request, in quadratic time. */
const MAX_REQUEST_BYTES = 768 * 1024;
const MAX_REQUEST_RECORDS = 2000;

export interface KafkaAppender {
  /**
   * Resolves with the first record's offset once all in-sync replicas have them. Calls for a kafka partition run in
   * order.
   */
  append(topic: string, kafkaPartition: number, records: readonly RecordToAppend[]): Promise<number>;
  close(): Promise<void>;
}

export interface KafkaAppenderOptions {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly compression: Compression;
  /** kafkajs would search long for a missing topic, and silently drop records for a missing kafka partition. */
  readonly assertKafkaPartition: (topic: string, kafkaPartition: number) => Promise<void>;
}

interface OpenProducer {
  readonly producer: Producer;
  readonly connected: Promise<void>;
  inFlight: number;
  isRetired: boolean;
}

/**
 * Appends with idempotent producers: records that kafkajs resends after a lost response are not duplicated. A producer
 * that gave up is never reused: Kafka might mistake the next records, under the same sequence numbers, for the lost
 * ones.
 */
export function kafkaAppender(options: KafkaAppenderOptions): KafkaAppender {
  const { kafka, brokers, compression, assertKafkaPartition } = options;
  /** One for each kafka partition that has been appended to. */
  const lanes = new Map<string, LimitFunction>();
  const open = new Set<OpenProducer>();
  let current: OpenProducer | undefined;
  const codec = compressions.indexOf(compression);

  function newProducer(): OpenProducer {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      metadataMaxAge: 60_000,
      retry: SEND_RETRY,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    const one = {
      producer,
      connected: registerCodec(compression).then(() => producer.connect()),
      inFlight: 0,
      isRetired: false,
    };
    open.add(one);
    return one;
  }

  async function retire(one: OpenProducer): Promise<void> {
    one.isRetired = true;
    if (current === one) current = undefined;
    if (one.inFlight > 0 || !open.delete(one)) return;
    await one.producer.disconnect().catch(() => {});
  }

  /** The first offset; undefined if kafkajs did not know the kafka partition yet and sent nothing. */
  async function send(topic: string, kafkaPartition: number, records: readonly RecordToAppend[]) {
    current ??= newProducer();
    const one = current;
    one.inFlight += 1;
    let isGood = false;
    try {
      await one.connected;
      const messages = records.map((record) => messageOf(record, kafkaPartition));
      const answers = await one.producer.send({ topic, acks: -1, compression: codec, messages });
      const answer = answers.find(({ partition }) => partition === kafkaPartition);
      isGood = answer?.baseOffset !== undefined;
      return answer?.baseOffset === undefined ? undefined : Number(answer.baseOffset);
    } finally {
      one.inFlight -= 1;
      if (!isGood || one.isRetired) await retire(one);
    }
  }

  async function sendChecked(topic: string, kafkaPartition: number, records: readonly RecordToAppend[]) {
    await assertKafkaPartition(topic, kafkaPartition);
    let firstOffset: number | undefined;
    try {
      for (const request of requestsOf(records)) {
        const offset = (await send(topic, kafkaPartition, request)) ?? (await send(topic, kafkaPartition, request));
        if (offset === undefined) throw new Error(`expected the topic to have kafka partition ${kafkaPartition}`);
        firstOffset ??= offset;
      }
      return firstOffset ?? 0;
    } catch (error) {
      const what = `append ${records.length} records to ${topic}, kafka partition ${kafkaPartition}`;
      const trouble = kafkaTrouble(what, brokers, error);
      const tookNone = firstOffset === undefined && isTooLarge(error);
      throw tookNone ? new RecordTooLargeError(trouble.message, { cause: error }) : trouble;
    }
  }

  return {
    append: async (topic, kafkaPartition, records) => {
      const lane = `${topic}/${kafkaPartition}`;
      const inTurn = lanes.get(lane) ?? pLimit(1);
      lanes.set(lane, inTurn);
      return inTurn(() => sendChecked(topic, kafkaPartition, records));
    },
    close: async () => {
      await Promise.all([...lanes.values()].map((inTurn) => inTurn(() => {})));
      await Promise.all([...open].map(retire));
    },
  };
}

/** kafkajs includes gzip, and accepts others. It never decompresses: see `install-fetch.ts`. */
async function registerCodec(compression: Compression): Promise<void> {
  const compress = await compressor(compression);
  const codec = () => ({ compress: async ({ buffer }: { readonly buffer: Buffer }) => compress(buffer) });
  if (compression === 'snappy') kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = codec;
  if (compression === 'lz4') kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = codec;
  if (compression === 'zstd') kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = codec;
}

/** At least one record per request, otherwise within the limits. */
function requestsOf(records: readonly RecordToAppend[]): RecordToAppend[][] {
  const requests: RecordToAppend[][] = [];
  let request: RecordToAppend[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = recordBytes(record);
    if (request.length > 0 && (request.length === MAX_REQUEST_RECORDS || bytes + more > MAX_REQUEST_BYTES)) {
      requests.push(request);
      request = [];
      bytes = 0;
    }
    request.push(record);
    bytes += more;
  }
  if (request.length > 0) requests.push(request);
  return requests;
}
