import { expect, it } from 'vitest';
import { embeddedLogOnDisk, purchases, recordsOf, TOPIC } from '../../../support/embedded-log.ts';
import { testClock } from '../../../support/test-clock.ts';

it('a clock that was years ahead for one append is noted, once, when it is right again', async () => {
  const startMs = Date.UTC(2026, 0, 31);
  const clock = testClock(startMs);
  const disk = await embeddedLogOnDisk({ clock });
  const log = await disk.open();
  await log.createTopic(purchases);
  await log.append(TOPIC, 0, recordsOf('right'));
  await clock.advance(5 * 365 * 86_400_000);
  await log.append(TOPIC, 0, recordsOf('years ahead'));
  await log.close();
  expect(disk.warnings).toEqual([]);

  const right = testClock(startMs + 60_000);
  const again = await disk.open({ clock: right });
  await again.append(TOPIC, 0, recordsOf('right again'));
  await again.append(TOPIC, 0, recordsOf('and again'));
  expect(disk.warnings).toEqual([
    expect.stringMatching(
      /shop\.purchases\/0: its newest record is of 2031-01-30T.*, but this machine's clock says 2026-01-31T00:01:00\.000Z: it is wrong/,
    ),
  ]);
  await again.close();
  await disk.remove();
});

it('a clock that is set back by minutes is no news', async () => {
  const clock = testClock();
  const disk = await embeddedLogOnDisk({ clock });
  const log = await disk.open();
  await log.createTopic(purchases);
  await log.append(TOPIC, 0, recordsOf('first'));
  await log.close();
  const again = await disk.open({ clock: testClock(clock.now() - 3_000_000) });
  await again.append(TOPIC, 0, recordsOf('second'));
  expect(disk.warnings).toEqual([]);
  await again.close();
  await disk.remove();
});
