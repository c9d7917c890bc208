import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kafkaPartitionOf, murmur2 } from '../../lib/pipeline/kafka-partition.ts';

describe('the kafka partition of a key', () => {
  it('hashes as Kafka’s own tests say', () => {
    // org.apache.kafka.common.utils.UtilsTest#testMurmur2
    expect(murmur2(Buffer.from('21'))).toBe(-973932308);
    expect(murmur2(Buffer.from('foobar'))).toBe(-790332482);
    expect(murmur2(Buffer.from('a-little-bit-long-string'))).toBe(-985981536);
    expect(murmur2(Buffer.from('a-little-bit-longer-string'))).toBe(-1486304829);
    expect(murmur2(Buffer.from('lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8'))).toBe(-58897971);
    expect(murmur2(Buffer.from('abc'))).toBe(479470107);
  });

  it('is one that the topic has, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 100 }), (key, count) => {
        const found = kafkaPartitionOf(key, count);
        expect(Number.isInteger(found) && found >= 0 && found < count).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes turns for records without a key', () => {
    expect([0, 1, 2, 3, 4].map((before) => kafkaPartitionOf(null, 3, before))).toEqual([0, 1, 2, 0, 1]);
  });
});
