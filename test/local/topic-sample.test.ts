import { expect, it } from 'vitest';
import { topicSample } from '../../lib/local/topic-sample.ts';
import { embeddedLogOnDisk, TOPIC } from '../support/embedded-log.ts';

async function sampleOf(values: readonly (string | null)[]): Promise<readonly string[]> {
  const onDisk = await embeddedLogOnDisk();
  const log = await onDisk.open();
  try {
    await log.createTopic({ topic: TOPIC, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 3_600_000 });
    const records = values.map((value) => ({
      key: null,
      value: value === null ? null : Buffer.from(value),
      headers: [],
    }));
    if (records.length > 0) await log.append(TOPIC, 0, records);
    const sample: string[] = [];
    for await (const { place, bytes } of topicSample(log, TOPIC)) sample.push(`${place}: ${Buffer.from(bytes)}`);
    expect(await log.committedOffsets(TOPIC, 'any')).toEqual([null]);
    return sample;
  } finally {
    await log.close();
    await onDisk.remove();
  }
}

it('a topic’s sample has each record and its place, but no tombstone', async () => {
  expect(await sampleOf(['{"a":1}', null, '{"a":2}'])).toEqual([
    'kafka partition 0, offset 0: {"a":1}',
    'kafka partition 0, offset 2: {"a":2}',
  ]);
});

it('a topic without records is no sample', async () => {
  await expect(sampleOf([])).rejects.toThrow(`topic ${TOPIC}: expected records, found none`);
});
