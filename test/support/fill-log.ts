import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { topicSettings } from '../../lib/derive/topic.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { shopPurchases } from '../fixtures/lake/streams/shop.ts';

/** Appends numbered purchases to a data folder's log at the time `nowMs`: the log's clock determines their hour. */
export async function fillLog(
  dir: string,
  { nowMs, from, count }: { readonly nowMs: number; readonly from: number; readonly count: number },
): Promise<void> {
  const clock = { now: () => nowMs, sleep: () => Promise.reject(new Error('the log does not sleep')) };
  const log = await embeddedEventLog({
    dir: dataFolder(dir).log,
    clock,
    maxTopicBytes: 1024 ** 3,
    warn: () => undefined,
  });
  const topic = topicSettings(shopPurchases);
  await log.createTopic(topic);
  const records = Array.from({ length: count }, (_, index) => {
    const event = { created_at: '2026-01-31T12:00:00Z', country: 'Italy', currency: 'EUR', amount: from + index + 1 };
    return { key: null, value: Buffer.from(JSON.stringify(event)), headers: [] };
  });
  await log.append(topic.topic, 0, records);
  await log.close();
}
