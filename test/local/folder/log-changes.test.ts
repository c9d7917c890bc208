import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import { openEmbeddedLog } from '../../../lib/local/event-log.ts';
import { type DataFolder, dataFolder } from '../../../lib/local/folder/data-folder.ts';
import { startPipeline } from '../../../lib/local/pipeline.ts';
import { readSettings, SettingError } from '../../../lib/settings.ts';
import { fixture } from '../../support/fixture-project.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOPIC = 'shop.feedback';
const FEEDBACK = { customerId: 'c', productId: 'p', rating: 1, feedbackDate: '2026-01-31T12:00:00Z' };

/** On Kafka, and as processes: `test/integration/folders-on-kafka.test.ts`. */
describe('a data folder on its embedded log', () => {
  let folder: DataFolder;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const made = await temporaryFolder();
    folder = dataFolder(join(made.path, 'data'));
    remove = made.remove;
  });
  afterEach(() => remove());

  const settingsWith = (incarnation: number) =>
    readSettings({
      WEIR_BATCH_WINDOW_SECONDS: '0',
      WEIR_INCARNATIONS: incarnation === 0 ? undefined : `${TOPIC}=${incarnation}`,
    });
  const openLog = (settings = settingsWith(0)) =>
    openEmbeddedLog({ folder, settings, clock: systemClock, warn: () => undefined });

  async function append(count: number, topic = TOPIC): Promise<void> {
    const log = await openLog();
    await log.createTopic({ topic, kafkaPartitions: 1, timestampType: 'LogAppendTime', retentionMs: 1e9 });
    const value = (id: number) => Buffer.from(JSON.stringify({ ...FEEDBACK, feedbackId: `${id}` }));
    await log.append(
      topic,
      0,
      Array.from({ length: count }, (_, id) => ({ key: null, value: value(id), headers: [] })),
    );
    await log.close();
  }

  /** Brings what is on the topics into the lake, as `weir start --once` does. */
  async function once(incarnation = 0) {
    const settings = settingsWith(incarnation);
    const log = await openLog(settings);
    const said: string[] = [];
    try {
      const pipeline = await startPipeline({
        ...fixture,
        folder,
        settings,
        log,
        clock: systemClock,
        generate: false,
        notify: ({ kind, message }) => said.push(`${kind}: ${message}`),
        warn: (line) => said.push(`note: ${line}`),
      });
      const stopped = await pipeline.drain();
      const streams = await pipeline.status();
      await pipeline.stop(5000);
      return { stopped, said, streams, rows: streams.find(({ topic }) => topic === TOPIC)?.rows };
    } finally {
      await log.close();
    }
  }

  it('stops a topic that was recreated with more records than were read, and reads all of it as the next incarnation', async () => {
    await append(20);
    expect(await once()).toMatchObject({ stopped: [], said: [], rows: 20 });
    await rm(join(folder.log, 'topics', TOPIC), { recursive: true });
    await append(32);
    const { stopped, said, rows } = await once();
    expect(stopped).toEqual([
      { topic: TOPIC, reason: expect.stringMatching(/set WEIR_INCARNATIONS=shop\.feedback=1$/) },
    ]);
    expect(said).toEqual([
      expect.stringMatching(/^stopped: shop\.feedback: topic shop\.feedback was deleted and created/),
    ]);
    expect(rows).toBe(20);
    expect(await once(1)).toMatchObject({ stopped: [], said: [], rows: 52 });
  });

  it('comes to an end with a topic whose lake is damaged, and has all others in the lake', async () => {
    await append(3);
    await once();
    const table = join(folder.lake, 'shop_feedback');
    const [object = ''] = (await readdir(table, { recursive: true })).filter((name) => name.endsWith('.parquet'));
    await truncate(join(table, object), 100);
    await append(2);
    await append(4, 'shop.product_views');
    const { stopped, streams } = await once();
    expect(stopped).toEqual([
      { topic: TOPIC, reason: expect.stringContaining('shop_feedback-i0-p00000-000000.parquet') },
    ]);
    const views = streams.find(({ topic }) => topic === 'shop.product_views');
    expect(views).toMatchObject({ lag: 0, eventsIn: 4 });
  }, 120_000);

  it('refuses a log that was put in the place of its own', async () => {
    await append(3);
    await once();
    await rm(folder.log, { recursive: true });
    await append(5);
    await expect(once()).rejects.toThrow(SettingError);
    await expect(once()).rejects.toThrow(
      /holds what was read from another log .* set WEIR_INCARNATIONS=shop\.feedback=1$/,
    );
  });

  it('registers again what its catalogue has lost, and reads again what its lake has, though it was committed', async () => {
    await append(6);
    await once();
    await rm(folder.catalog, { recursive: true });
    expect((await once()).said).toEqual([
      expect.stringMatching(/^note: the catalogue lacked \d hours? of \d tables that the lake has, .* again$/),
    ]);
    await rm(folder.lake, { recursive: true });
    const { said, rows } = await once();
    expect(said).toEqual([
      expect.stringMatching(
        /^note: topic shop\.feedback, kafka partition 0: had been read up to 6, but the lake has no rec/,
      ),
    ]);
    expect(rows).toBe(6);
  });
});
