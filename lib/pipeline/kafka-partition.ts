const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/**
 * Returns the kafka partition that Kafka's own producers choose for the key: records of one key stay together and in
 * order, whichever producer writes them. Records without a key are spread in turn: `keylessBefore` counts those so far.
 * @see org.apache.kafka.clients.producer.internals.BuiltInPartitioner#partitionForKey
 */
export function kafkaPartitionOf(key: Uint8Array | null, kafkaPartitions: number, keylessBefore = 0): number {
  return key === null ? keylessBefore % kafkaPartitions : (murmur2(key) & 0x7fffffff) % kafkaPartitions;
}

/** Signed 32 bits. @see org.apache.kafka.common.utils.Utils#murmur2 */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const at = (index: number) => bytes[index] ?? 0;
  const whole = length - (length % 4);
  let hash = SEED ^ length;
  for (let i = 0; i < whole; i += 4) {
    let word = at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  if (whole < length) {
    hash ^= at(whole) | (at(whole + 1) << 8) | (at(whole + 2) << 16);
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}
