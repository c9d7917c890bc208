import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModelList, WholeModel } from '../../lib/api/model-routes.ts';
import { dashboardOf } from '../support/dashboard-page.ts';
import { apiUrl } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess, weir } from '../support/weir-process.ts';

const PATIENT = { timeout: 30_000 };
const MARKUP = '<img src=x onerror=alert(1)>';

const PROJECT = `
import { project } from '${join(import.meta.dirname, '../../lib/index.ts')}';
import { shop } from '${join(import.meta.dirname, '../fixtures/lake/streams/shop.ts')}';
export default project({ streams: shop });
`;

const HEADER = `-- One row for each look at a product.
-- grain: product_id
-- kept: replace_hour
-- columns:
--   product_id string
--   view_count integer
--   ingested_at timestamp
`;
const SELECT = 'select product_id, view_count, ingested_at from';
const HOUR = 'ingested_at >= cast(:hour_start as timestamp) and ingested_at < cast(:hour_end as timestamp)';
const MODELS = {
  views: `${HEADER}${SELECT} lake.shop_product_views where dt = :dt and hour = cast(:hour as integer)\n`,
  small: `${HEADER}-- tests:\n--   expression: view_count < 5\n${SELECT} staging.views where ${HOUR}\n`,
  last: `${HEADER}${SELECT} staging.small where ${HOUR}\n`,
};

const view = (productId: string, viewCount: number) =>
  JSON.stringify({ productId, viewCount, lastViewed: '2026-01-31 13:00:00' });

await describeWithServer(chromiumBrowser, (chromium) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: WeirProcess;
  let url: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const given = ['--project', join(folder.path, 'weir.config.ts'), '--data-dir', join(folder.path, 'data')];
    await mkdir(join(folder.path, 'sql/staging'), { recursive: true });
    await writeFile(join(folder.path, 'weir.config.ts'), PROJECT);
    for (const [name, sql] of Object.entries(MODELS)) {
      await writeFile(join(folder.path, `sql/staging/${name}.sql`), sql);
    }
    const events = join(folder.path, 'events.ndjson');
    await writeFile(events, [view('a', 1), view(MARKUP, 7)].join('\n'));
    await weir(['produce', 'shop.product_views', '--file', events, ...given]);
    await weir(['start', '--no-generate', '--once', ...given], { WEIR_BATCH_WINDOW_SECONDS: '0.3' });
    running = startWeir(['start', '--no-generate', '--port', '0', ...given]);
    url = await apiUrl(running, join(folder.path, 'data'));
  }, 180_000);
  afterAll(async () => {
    running.kill('SIGTERM');
    await running.ended;
    await folder.remove();
  });
  const open = dashboardOf(chromium, () => url);
  const api = async <T>(path: string) => (await (await fetch(new URL(path, url))).json()) as T;
  /** The ledger is read while no model runs. */
  const untilKnown = () =>
    expect.poll(async () => (await api<ModelList>('/models')).as_of, PATIENT).toEqual(expect.any(String));

  it('shows the graph from the lake to the last model, and every model with the figures that the API answers', async () => {
    await untilKnown();
    const { page, faults, cells, accessibilityFindings } = await open('#/models');
    await page.locator('tr[data-model] td.bad').waitFor(PATIENT);
    const { models, tables } = await api<ModelList>('/models');
    expect(tables.map(({ table }) => table)).toEqual(['lake.shop_product_views']);
    const nodes = await page.locator('[data-node] b').allInnerTexts();
    expect(nodes).toEqual(['lake.shop_product_views', 'staging.views', 'staging.small', 'staging.last']);
    const rows = await cells('tr[data-model]');
    expect(rows.map(([name, , tests]) => [name, tests])).toEqual(
      models.map(({ model, broken_tests }) => [model, broken_tests.join('; ')]),
    );
    expect(rows.map(([, state]) => state)).toEqual(['current', 'failed in 1 hour', 'never run']);
    expect(rows[0]?.[5]).toBe(String(models[0]?.rows));
    expect(rows[0]?.[3]).toBe(`${models[0]?.newest_hour?.replace('T', ' ')}:00`);
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('leads from a node of the graph to the model, with its SQL and the rows that break its test, as text', async () => {
    const { page, faults, cells, accessibilityFindings } = await open('#/models');
    await page.locator('a[data-node="staging.small"]').click();
    await page.locator('tr[data-of="broken"]').waitFor(PATIENT);
    const { broken_rows, sql } = await api<WholeModel>('/models/staging.small');
    expect(broken_rows.map(({ row }) => row)).toEqual([`product_id=${MARKUP}`]);
    const [broken] = await cells('tr[data-of="broken"]');
    expect(broken?.slice(1)).toEqual(['expression: view_count < 5', '1', `product_id=${MARKUP}`]);
    expect(await page.locator('pre').innerText()).toBe(sql);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('a[aria-current="page"][data-node]').innerText()).toContain('staging.small');
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('says by keyboard alone what a run would do, does it after a confirmation, and shows what came of it', async () => {
    const { page, accessibilityFindings } = await open('#/models/staging.views');
    await page
      .getByText('Runs staging.views again, then the models that read it: staging.small, staging.last.')
      .waitFor();
    await page.getByRole('button', { name: 'Run the model…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Run 3 models now' }).waitFor();
    expect(await accessibilityFindings()).toEqual([]);
    await page.keyboard.press('Enter');
    await page
      .getByText('1 hour of a model published, 0 unchanged, 1 failed, 1 skipped because of them.')
      .waitFor(PATIENT);
    await page.getByText(/^staging\.small, .* UTC: .*expected rows that pass/).waitFor();
    expect(await accessibilityFindings()).toEqual([]);
  });

  it.each([
    [1440, 'light', '#/models'],
    [1024, 'dark', '#/models'],
    [390, 'dark', '#/models/staging.small'],
  ] as const)('fits a window of %i pixels, and axe finds nothing in the %s theme of %s', async (width, theme, hash) => {
    const { page, overflow, accessibilityFindings } = await open(hash, { width, theme });
    await page.locator('[data-node]').first().waitFor(PATIENT);
    expect(await overflow()).toBe(0);
    expect(await accessibilityFindings()).toEqual([]);
  });

  it('greys the states while the connection is lost, and says of a model that does not exist that there is none', async () => {
    const { page, accessibilityFindings } = await open('#/models');
    await page.locator('tr[data-model]').first().waitFor(PATIENT);
    await page.context().setOffline(true);
    await page.getByText(/Connection lost/).waitFor(PATIENT);
    expect(await page.locator('main').getAttribute('class')).toBe('stale');
    expect(await accessibilityFindings()).toEqual([]);
    await page.context().setOffline(false);
    await page.goto(new URL('/dashboard/#/models/prod.nothing', url).href);
    await page.getByText(/No model of this name: the server answered 404/).waitFor(PATIENT);
    expect(await accessibilityFindings()).toEqual([]);
  });
});
