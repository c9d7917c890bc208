import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { systemClock } from '../../lib/adapters/embedded/system-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { weir } from '../support/weir-process.ts';

const TOPIC = 'shop.feedback';
const FEEDBACK = { customerId: 'c', productId: 'p', rating: 1, feedbackDate: '2026-01-31T12:00:00Z' };

/** On Kafka: `test/integration/folders-on-kafka.test.ts`. */
describe('a data folder on its embedded log', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const made = await temporaryFolder();
    folder = join(made.path, 'data');
    remove = made.remove;
  });
  afterEach(() => remove());

  async function append(count: number): Promise<void> {
    const log = await embeddedEventLog({
      dir: join(folder, 'log'),
      clock: systemClock,
      maxTopicBytes: 1e9,
      warn: () => undefined,
    });
    await log.createTopic({ topic: TOPIC, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 1e9 });
    const value = (id: number) => Buffer.from(JSON.stringify({ ...FEEDBACK, feedbackId: `${id}` }));
    await log.append(
      TOPIC,
      0,
      Array.from({ length: count }, (_, id) => ({ key: null, value: value(id), headers: [] })),
    );
    await log.close();
  }

  const once = (more: Readonly<Record<string, string>> = {}) =>
    weir(['start', '--once', '--data-dir', folder], { WEIR_BATCH_WINDOW_SECONDS: '0.1', ...more });

  it('stops a topic that was made anew with more records than were read, and reads all of it as the next incarnation', async () => {
    await append(20);
    await once();
    await rm(join(folder, 'log', 'topics', TOPIC), { recursive: true });
    await append(32);
    const refused = await once();
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(
      /^stopped: topic shop\.feedback: shop\.feedback: topic shop\.feedback was deleted and/m,
    );
    expect(refused.stdout).toContain('(rows: shop.feedback 20)');
    expect(refused.stderr).toMatch(/^weir start: topic shop\.feedback: .* set WEIR_INCARNATIONS=shop\.feedback=1\n$/);
    const raised = await once({ WEIR_INCARNATIONS: 'shop.feedback=1' });
    expect(raised).toMatchObject({ code: 0, stderr: '' });
    expect(raised.stdout).toContain('(rows: shop.feedback 52)');
  });

  it('refuses a log that was put in the place of its own', async () => {
    await append(3);
    await once();
    await rm(join(folder, 'log'), { recursive: true });
    await append(5);
    const refused = await once();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/holds what was read from another log .* set WEIR_INCARNATIONS=shop\.feedback=1\n$/);
  });

  it('registers again what its catalogue has lost, and reads again what its lake has, though it was committed', async () => {
    await append(6);
    await once();
    await rm(join(folder, 'catalog'), { recursive: true });
    expect((await once()).stdout).toMatch(
      /^note: the catalogue lacked \d hours? of \d tables that the lake has, .* again$/m,
    );
    await rm(join(folder, 'lake'), { recursive: true });
    const { code, stdout } = await once();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^note: topic shop\.feedback, kafka partition 0: had been read up to 6, but the lake has no rec/m,
    );
    expect(stdout).toContain('(rows: shop.feedback 6)');
  });
});
