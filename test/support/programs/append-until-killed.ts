import { embeddedEventLog } from '../../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { purchases, recordsOf, TOPIC } from '../embedded-log.ts';

/**
 * Run as a separate process: appends numbers to the log in the given folder, and prints up to which number they are
 * durable.
 */
const log = await embeddedEventLog({
  dir: process.argv[2] ?? '',
  clock: systemClock,
  maxTopicBytes: 1e9,
  segmentBytes: 20_000,
  warn: () => {},
});
await log.createTopic(purchases);
let next = (await log.endOffsets(TOPIC))[0] ?? 0;

/** Several at once, so that writes contain several records. */
async function appendNumbers(): Promise<void> {
  for (;;) {
    const number = next;
    next += 3;
    await log.append(TOPIC, 0, recordsOf(`${number}`, `${number + 1}`, `${number + 2}`));
    process.stdout.write(`${number + 3}\n`);
  }
}
await Promise.all([appendNumbers(), appendNumbers(), appendNumbers()]);
