import { type AbortedTransaction, areCommitted } from './read-committed.ts';
import { type RecordBatch, recordBatches } from './record-batch.ts';

/** A record batch in place of kafkajs's messages: kafkajs only reads the offset, to know where to continue. */
export interface FetchedBatch {
  /** The last offset that the batch covers, as text. */
  readonly offset: string;
  /** kafkajs would hide control records; the reader must also know that it has passed them. */
  readonly isControlRecord: false;
  /** Null if it has nothing for a reader. */
  readonly batch: RecordBatch | null;
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  /** Always empty, so that kafkajs filters nothing. */
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedBatch[];
}

interface FetchedTopic {
  readonly topicName: string;
  readonly partitions: readonly FetchedPartition[];
}

/** kafkajs's form of a broker's response, with record batches as messages. */
interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly FetchedTopic[];
}

const NO_REPLICA = -1;

/**
 * Reads a broker's response to a Fetch request, without its aborted transactions.
 *
 *     throttle_time_ms int32
 *     error_code int16, session_id int32                            from version 7
 *     topics[]: name string
 *       partitions[]: index int32, error_code int16, high_watermark int64, last_stable_offset int64
 *         log_start_offset int64                                    from version 5
 *         aborted_transactions[]: producer_id int64, first_offset int64
 *         preferred_read_replica int32                              version 11
 *         records: int32 bytes
 *
 * @param version 4 to 11: those that kafkajs requests from Kafka 0.11 and later
 * @throws RecordFormatError
 * @see https://kafka.apache.org/protocol.html#The_Messages_Fetch
 */
export function fetchResponse(version: number, payload: Buffer): FetchResponse {
  const reader = fieldReader(payload);
  const partition = (): FetchedPartition => {
    const index = reader.int32();
    const errorCode = reader.int16();
    const highWatermark = String(reader.int64());
    const lastStableOffset = String(reader.int64());
    if (version >= 5) reader.int64();
    const aborted = reader.array(
      (): AbortedTransaction => ({ producerId: reader.int64(), firstOffset: Number(reader.int64()) }),
    );
    const preferredReadReplica = version >= 11 ? reader.int32() : NO_REPLICA;
    const messages = fetchedBatches(reader.bytes(), aborted);
    const offsets = { partition: index, errorCode, highWatermark, lastStableOffset };
    return { ...offsets, abortedTransactions: [], preferredReadReplica, messages };
  };
  const throttleMs = reader.int32();
  // From version 8 on, brokers wait themselves before they respond; before that, kafkajs must wait.
  const [throttleTime, clientSideThrottleTime] = version >= 8 ? [0, throttleMs] : [throttleMs, 0];
  const [errorCode, sessionId] = version >= 7 ? [reader.int16(), reader.int32()] : [0, 0];
  const responses = reader.array(() => ({ topicName: reader.text(), partitions: reader.array(partition) }));
  return { throttleTime, clientSideThrottleTime, errorCode, sessionId, responses };
}

function fetchedBatches(bytes: Buffer, aborted: readonly AbortedTransaction[]): readonly FetchedBatch[] {
  const batches = recordBatches(bytes);
  const isCommitted = areCommitted(batches, aborted);
  return batches.map((batch, index) => ({
    offset: String(batch.lastOffset),
    isControlRecord: false,
    batch: isCommitted[index] ? batch : null,
  }));
}

/** Reads consecutive fields, big-endian. */
function fieldReader(payload: Buffer) {
  let at = 0;
  const skip = (bytes: number) => {
    const start = at;
    at += bytes;
    return start;
  };
  const int16 = () => payload.readInt16BE(skip(2));
  const int32 = () => payload.readInt32BE(skip(4));
  /** A negative length means null, which is treated as empty. */
  const slice = (length: number) => payload.subarray(skip(Math.max(0, length)), at);
  return {
    int16,
    int32,
    int64: () => payload.readBigInt64BE(skip(8)),
    text: () => slice(int16()).toString('utf8'),
    bytes: () => slice(int32()),
    array: <T>(read: () => T): T[] => Array.from({ length: Math.max(0, int32()) }, read),
  };
}
