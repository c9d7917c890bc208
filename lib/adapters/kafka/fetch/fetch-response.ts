import { type AbortedTransaction, areCommitted } from './read-committed.ts';
import { type RecordBatch, recordBatches } from './record-batch.ts';

/** A record batch in the place where kafkajs has messages: it looks at the offset, to know where to go on, and no more. */
export interface FetchedBatch {
  /** The last offset that the batch covers, as text. */
  readonly offset: string;
  /** kafkajs would keep control records to itself; here, too, the reader is to know that it has passed them. */
  readonly isControlRecord: false;
  /** null where it holds nothing for a reader. */
  readonly batch: RecordBatch | null;
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  /** Always empty: kafkajs is left nothing to leave out. */
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedBatch[];
}

interface FetchedTopic {
  readonly topicName: string;
  readonly partitions: readonly FetchedPartition[];
}

/** What kafkajs makes of a broker's answer, with record batches for messages. */
interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly FetchedTopic[];
}

const NO_REPLICA = -1;

/**
 * Reads a broker's answer to a Fetch request, without the aborted transactions in it.
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
 * @param version 4 to 11: what kafkajs asks for of a Kafka from 0.11 on.
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
  // Brokers wait by themselves before they answer from version 8 on; before that, kafkajs must.
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

/** Reads one field after the other, big-endian. */
function fieldReader(payload: Buffer) {
  let at = 0;
  const skip = (bytes: number) => {
    const start = at;
    at += bytes;
    return start;
  };
  const int16 = () => payload.readInt16BE(skip(2));
  const int32 = () => payload.readInt32BE(skip(4));
  /** A length below 0 is null's, and as good as none. */
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
