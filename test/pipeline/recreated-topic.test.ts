import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lakeTable } from '../../lib/derive/names.ts';
import { RecreatedTopicError } from '../../lib/pipeline/recreated-topic.ts';
import { chatMessages } from '../fixtures/lake/streams/chat.ts';
import { laptopSink, ONE_O_CLOCK } from '../support/laptop-sink.ts';
import { refinedMessages } from '../support/refined-records.ts';

const MINUTE_MS = 60_000;
/** A refined record at `offset`, made of its source's record at `sourceOffset`. */
const refined = (offset: number, sourceOffset: number, timestampMs: number) =>
  refinedMessages(offset, [{ source: [sourceOffset, 0], timestampMs }]);

describe('a refined stream whose source was deleted and created again', () => {
  let sink: Awaited<ReturnType<typeof laptopSink>>;
  beforeEach(async () => {
    sink = await laptopSink();
    await sink.newHandler()(refined(0, 5, ONE_O_CLOCK + MINUTE_MS));
  });
  afterEach(() => sink.remove());

  it('stops its sink, which says what it found, what was expected, and which settings to change', async () => {
    const stopped = sink.newHandler()(refined(1, 2, ONE_O_CLOCK + 2 * MINUTE_MS));
    await expect(stopped).rejects.toThrow(RecreatedTopicError);
    await expect(stopped).rejects.toThrow('offset 2 is of 2026-01-31T13:02:00.000Z');
    await expect(stopped).rejects.toThrow('up to offset 5 none was newer than 2026-01-31T13:01:00.000Z');
    await expect(stopped).rejects.toThrow('raise the incarnations of both streams in WEIR_INCARNATIONS');
    expect(await sink.rows(lakeTable(chatMessages))).toHaveLength(1);
  });

  it('is not suspected when a refinement is repeated', async () => {
    await sink.newHandler()(refined(1, 5, ONE_O_CLOCK + MINUTE_MS));
    await sink.newHandler()(refined(2, 6, ONE_O_CLOCK + 2 * MINUTE_MS));
    expect(await sink.rows(lakeTable(chatMessages), 'kafka_offset')).toEqual([
      { kafka_offset: '0' },
      { kafka_offset: '2' },
    ]);
  });
});
