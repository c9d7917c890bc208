import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { embeddedLogOnDisk, TOPIC, valuesIn } from '../../../support/embedded-log.ts';
import { spawnScript } from '../../../support/spawn-script.ts';

const KILLS = 4;

describe('a process that is killed while it appends', () => {
  it('loses nothing that was acknowledged, and leaves whole records in order, each once', async () => {
    const disk = await embeddedLogOnDisk({ segmentBytes: 20_000 });
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const appender = spawnScript('append-until-killed.ts', disk.dir);
      await appender.printed('\n');
      await sleep(50 + kill * 70);
      await appender.kill();
      const answers = appender.output().split('\n').slice(0, -1).map(Number);
      acknowledged = Math.max(acknowledged, ...answers);
    }
    const log = await disk.open();
    const [end = 0] = await log.endOffsets(TOPIC);
    expect(end).toBeGreaterThanOrEqual(acknowledged);
    expect(await valuesIn(log, 'group')).toEqual(Array.from({ length: end }, (_, number) => `${number}`));
    await log.close();
    await disk.remove();
  });
});
