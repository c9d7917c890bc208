import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { dashboardOf } from '../support/dashboard-page.ts';
import { apiUrl } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { expectShown, PATIENT, SHORT_PERIODS } from '../support/shown-fault.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess, weir } from '../support/weir-process.ts';

const HOUR_MS = 3_600_000;

const PROJECT = `
import { project } from '${join(import.meta.dirname, '../../lib/index.ts')}';
import { people } from '${join(import.meta.dirname, '../fixtures/lake/streams/people.ts')}';
import { shop } from '${join(import.meta.dirname, '../fixtures/lake/streams/shop.ts')}';
export default project({ streams: [...shop, ...people] });
`;

const HEADER = `-- One row for each look at a product.
-- grain: product_id
-- kept: replace_hour
-- columns:
--   product_id string
--   view_count integer
--   ingested_at timestamp
`;
const HOUR = 'from lake.shop_product_views where dt = :dt and hour = cast(:hour as integer)';
const MODELS = {
  small: `${HEADER}-- tests:\n--   expression: view_count < 5\nselect product_id, view_count, ingested_at ${HOUR}\n`,
  late: `${HEADER}select product_id, cast(product_id as integer) as view_count, ingested_at ${HOUR}\n`,
};

const NOW = new Date();
const feedback = (rating: number) => ({ feedbackId: 'a', customerId: 'c', productId: 'p', rating, feedbackDate: NOW });
const transaction = JSON.stringify({
  ...{ transactionId: 't', productId: 'p', productName: 'n', productPrice: 2, productQuantity: 3, currency: 'EUR' },
  ...{ customerId: 'c', transactionDate: NOW, totalAmount: 6 },
});
const purchase = (country: string, minutesAgo: number) => {
  return { created_at: new Date(NOW.getTime() - minutesAgo * 60_000), country, currency: 'EUR', amount: 5 };
};

await describeWithServer(chromiumBrowser, (chromium) => {
  describe('a fault of a pipeline is on the page that is opened first, and its cause behind it:', () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let given: readonly string[];
    let running: WeirProcess;
    let url: string;
    beforeAll(async () => {
      folder = await temporaryFolder();
      const data = dataFolder(join(folder.path, 'data'));
      given = ['--project', join(folder.path, 'weir.config.ts'), '--data-dir', data.dir];
      await mkdir(join(folder.path, 'sql/staging'), { recursive: true });
      await writeFile(join(folder.path, 'weir.config.ts'), PROJECT);
      for (const [name, sql] of Object.entries(MODELS)) {
        await writeFile(join(folder.path, `sql/staging/${name}.sql`), sql);
      }
      const events = join(folder.path, 'events.ndjson');
      await writeFile(events, transaction);
      await weir(['produce', 'shop.transactions', '--file', events, ...given]);
      await weir(['start', '--no-generate', '--once', ...given], SHORT_PERIODS);
      await plantOldView(data);
      await weir(['start', '--no-generate', '--once', ...given], SHORT_PERIODS);
      await plantBeforeStart(data);
      running = startWeir(['start', '--no-generate', '--port', '0', ...given], SHORT_PERIODS);
      url = await apiUrl(running, data.dir);
      await post('shop.feedback', feedback(5));
      await post('shop.purchases', purchase('Italy', 12), purchase('Spain', 12));
      await post('shop.purchases', purchase('Italy', 1));
    }, 180_000);
    afterAll(async () => {
      running.kill('SIGTERM');
      await running.ended;
      await folder.remove();
    });
    const open = dashboardOf(chromium, () => url);

    async function post(stream: string, ...events: readonly object[]): Promise<void> {
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body: JSON.stringify(events) };
      expect((await fetch(new URL(`/events/${stream}`, url), request)).status).toBe(202);
    }

    const record = (value: object) => ({ key: null, value: Buffer.from(JSON.stringify(value)), headers: [] });

    /** Appends records to the folder's log, as if they had come some hours ago. */
    async function append(data: ReturnType<typeof dataFolder>, topic: string, records: readonly object[]) {
      const clock = { now: () => NOW.getTime() - 5 * HOUR_MS, sleep: () => Promise.resolve() };
      const log = await embeddedEventLog({ dir: data.log, clock, maxTopicBytes: 1024 ** 3, warn: () => {} });
      for (let from = 0; from < records.length; from += 10_000) {
        await log.append(topic, 0, records.slice(from, from + 10_000).map(record));
      }
      await log.close();
    }

    /** A row of an hour that ended long ago, which breaks a test of one model, and cannot be cast by the other. */
    const plantOldView = (data: ReturnType<typeof dataFolder>) =>
      append(data, 'shop.product_views', [{ productId: 'a', viewCount: 7, lastViewed: '2026-01-31 13:00:00' }]);

    /** A topic that is created again, and a file where the sink needs a folder. */
    async function plantBeforeStart(data: ReturnType<typeof dataFolder>): Promise<void> {
      await rm(join(data.log, 'topics/shop.transactions'), { recursive: true });
      await append(data, 'people.profiles', Array(110_000).fill({ event_timestamp: '2026-01-31 13:00:00' }));
      await writeFile(join(data.lake, 'people_profiles'), 'no folder');
    }

    it('a producer stops', async () => {
      const { page } = await open();
      await expectShown(
        page,
        'StreamSilent',
        'shop.feedback',
        /No producer sends events to topic shop\.feedback: its newest record is of/,
      );
    });

    it('a contract refuses all events', async () => {
      const bad = join(folder.path, 'bad.ndjson');
      await writeFile(bad, Array.from({ length: 60 }, () => JSON.stringify(feedback(9))).join('\n'));
      const { page } = await open();
      const producing = weir(['produce', 'shop.feedback', '--file', bad, '--raw', '--rate', '1', ...given]);
      await expectShown(
        page,
        'DeadLetters',
        'shop.feedback',
        /The contract refuses every event: \d+ records? refused, and no row/,
      );
      await page.locator('[data-finding]').getByRole('link', { name: 'shop.feedback' }).click();
      await page.locator('tr[data-group]', { hasText: 'rating' }).filter({ hasText: 'rule' }).waitFor(PATIENT);
      await producing;
    }, 120_000);

    it('a topic without its group', async () => {
      const { page } = await open();
      await expectShown(
        page,
        'TopicUnread',
        'shop.transactions',
        /reads topic shop\.transactions: .*was deleted and created again/,
      );
    });

    it('lag grows', async () => {
      const { page } = await open();
      await expectShown(page, 'SinkLag', 'people.profiles', /110000 records wait in topic people\.profiles/);
      await page.goto(new URL('/dashboard/', url).href);
      await expectShown(page, 'Trouble', 'topic people.profiles', /ENOTDIR|EEXIST|not a directory/);
    });

    it('a model’s test fails', async () => {
      const { page } = await open();
      await expectShown(page, 'DataTestFailures', 'staging.small', /view_count < 5/);
    });

    it('a model is late', async () => {
      const { page } = await open();
      await expectShown(
        page,
        'TransformLateness',
        'staging.late',
        /an hour that ended \d h ago is not published, because its runs fail/,
      );
      await page.goto(new URL('/dashboard/', url).href);
      await expectShown(page, 'TransformFailures', 'staging.late', /Could not convert string 'a' to INT32/);
    });

    it('one country’s events are missing', async () => {
      const { page } = await open();
      await expectShown(
        page,
        'GroupSilent',
        'country Spain',
        /No events of country Spain in the last 1\d windows of purchase_windows/,
      );
    });

    it('an hour is not registered', async () => {
      const data = dataFolder(join(folder.path, 'data'));
      await rm(join(data.catalog, 'lake', 'shop_purchases'), { recursive: true });
      const { page, accessibilityFindings } = await open();
      await expectShown(
        page,
        'HourUnregistered',
        'lake.shop_purchases',
        /The lake has objects of this hour in shop_purchases\/.*the catalogue does not show it/,
      );
      expect(await accessibilityFindings()).toEqual([]);
      await page.goto(new URL('/dashboard/', url).href);
      await page.locator('[data-attention]').first().waitFor(PATIENT);
      expect(await accessibilityFindings()).toEqual([]);
    });
  });
});
