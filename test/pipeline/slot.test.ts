import { expect, it } from 'vitest';
import { readFacts } from '../../lib/pipeline/read-facts.ts';
import { FACTS_KEY, type SlotFacts, writeFacts } from '../../lib/pipeline/slot.ts';
import { laptopSink, mskEvent, ONE_O_CLOCK } from '../support/laptop-sink.ts';

it('an object’s facts are ASCII, and say the same when they are read back, whatever paths and details they hold', () => {
  const rejected = [
    { reason: 'missing', path: 'é€😀\u007f\u0085', detail: 'ſ', contractVersion: 1, offsets: [[0, 0]] },
  ];
  const facts = { kind: 'rows', stream: 'straße', topic: 'ø', rejected } as unknown as SlotFacts;
  const text = writeFacts(facts)[FACTS_KEY] ?? '';
  expect(text).toMatch(/^[ -~]+$/);
  expect(JSON.parse(text)).toEqual(facts);
});

it('the newest timestamp of a chain stays the newest when the broker’s clock steps back', async () => {
  const sink = await laptopSink();
  const stamped = [60_000, 120_000, 30_000].map((ms) => ({ value: 'x', timestampMs: ONE_O_CLOCK + ms }));
  await sink.newHandler()(mskEvent('shop.purchases', stamped));
  const [key = ''] = await sink.store.list('shop_purchases/');
  expect(await readFacts(sink.store, key)).toMatchObject({ newestTimestampMs: ONE_O_CLOCK + 120_000 });
  await sink.remove();
});
