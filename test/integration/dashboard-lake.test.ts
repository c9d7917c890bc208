import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LakeDays, WholeHour } from '../../lib/api/lake-routes.ts';
import { dashboardOf } from '../support/dashboard-page.ts';
import { contracts } from '../support/fixture-project.ts';
import { type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { weir as runWeir } from '../support/weir-process.ts';

const PATIENT = { timeout: 30_000 };

await describeWithServer(chromiumBrowser, (chromium) => {
  let weir: ServedWeir;
  beforeAll(async () => {
    weir = await servedWeir();
  });
  afterAll(() => weir.stop());
  const open = dashboardOf(chromium, () => weir.url);
  const api = async <T>(path: string) => (await (await fetch(new URL(path, weir.url))).json()) as T;
  async function post(stream: string, events: readonly object[]): Promise<void> {
    const { status } = await fetch(new URL(`/events/${stream}`, weir.url), {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(events) },
    });
    expect(status).toBe(202);
  }
  const rowsOf = ({ hours }: LakeDays) => hours.reduce((sum, { rows }) => sum + (rows ?? 0), 0);

  it('shows every table of a lake without rows, and says that it was never audited', async () => {
    const { page, faults, accessibilityFindings } = await open('#/lake');
    await page.getByText('The lake has not been audited.').waitFor(PATIENT);
    const names = await page.locator('.heat').first().locator('tbody th').allInnerTexts();
    expect(names.length).toBe(contracts.length + 1);
    expect(names).toContain('lake.dead_letters');
    expect(await page.locator('[data-cell]').count()).toBe(0);
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('shows the figures that the API answers, each of which can be chosen', async () => {
    const at = new Date().toISOString();
    await post('shop.purchases', Array(7).fill({ created_at: at, country: 'Italy', currency: 'EUR', amount: 5 }));
    await post('shop.feedback', [{ feedbackId: 'f', customerId: 'c', productId: 'p', rating: 5, feedbackDate: at }]);
    await expect.poll(async () => rowsOf(await api<LakeDays>('/lake')), PATIENT).toBe(8);
    const { page, accessibilityFindings } = await open('#/lake');
    for (const figure of ['rows', 'objects', 'bytes', 'generation', 'late', 'compacted']) {
      await page.getByRole('link', { name: figure, exact: true }).click();
      await page
        .getByText(/^lake\.shop_purchases/)
        .first()
        .waitFor(PATIENT);
      for (const hour of (await api<LakeDays>('/lake')).hours) {
        const cell = page.locator(`[data-cell="${hour.table} ${hour.hour}"]`);
        const value = hour[figure as keyof typeof hour];
        const label = typeof value === 'boolean' ? 'not compacted' : value?.toLocaleString('en');
        await expect.poll(() => cell.getAttribute('aria-label'), PATIENT).toContain(label);
      }
      expect(page.url()).toContain(`figure=${figure}`);
    }
    expect(await accessibilityFindings()).toEqual([]);
  });

  it('leads by keyboard alone from hour to hour, and to the objects and chains of one', async () => {
    const { page, cells, faults, accessibilityFindings } = await open('#/lake');
    const { hours } = await api<LakeDays>('/lake');
    const [purchases, feedback] = hours.map(({ table, hour }) => `${table} ${hour}`);
    const focused = () => page.evaluate('document.activeElement.dataset.cell');
    await page.locator(`[data-cell="${purchases}"]`).focus();
    // There is nothing above and beside it.
    for (const key of ['ArrowUp', 'ArrowRight', 'ArrowLeft', 'ArrowDown']) await page.keyboard.press(key);
    expect(await focused()).toBe(feedback);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe(purchases);
    await page.keyboard.press('Enter');
    await page.locator('tr[data-of="objects"]').first().waitFor(PATIENT);
    expect(page.url()).toMatch(/#\/lake\/shop_purchases\/\d{4}-\d\d-\d\dT\d\d/);
    const hour = await api<WholeHour>(page.url().slice(page.url().indexOf('#') + 1));
    const objects = await cells('tr[data-of="objects"]');
    expect(objects.map(([object, kind, bytes]) => [object, kind, bytes])).toEqual(
      hour.listed.map(({ object, kind, bytes }) => [object, kind, bytes?.toLocaleString('en')]),
    );
    const chains = await cells('tr[data-of="chains"]');
    expect(chains.map(([, covered, rows]) => [covered, rows])).toEqual(
      hour.chains.map(({ covered, rows }) => [
        covered.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', '),
        `${rows}`,
      ]),
    );
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('shows what the last audit has found, and the command that repairs it', async () => {
    const { page, cells, accessibilityFindings } = await open('#/lake');
    await runWeir(['audit', '--data-dir', weir.folder]);
    await page.getByText('Nothing found').waitFor(PATIENT);
    await rm(join(weir.folder, 'catalog/lake/shop_purchases'), { recursive: true });
    await runWeir(['audit', '--data-dir', weir.folder]);
    await page.locator('tr[data-of="findings"]').first().waitFor(PATIENT);
    const [finding] = await cells('tr[data-of="findings"]');
    expect([finding?.[0], finding?.[2]]).toEqual(['lake.shop_purchases', 'unregistered_hour']);
    expect(finding?.[4]).toMatch(/^weir repair --from \S+ --to \S+ --apply$/);
    expect(await accessibilityFindings()).toEqual([]);
  });

  it.each([
    [1440, 'light'],
    [1024, 'dark'],
    [390, 'dark'],
  ] as const)('fits a window of %i pixels, and axe finds nothing in the %s theme', async (width, theme) => {
    const { page, overflow, accessibilityFindings } = await open('#/lake', { width, theme });
    await page.locator('[data-cell]').first().waitFor(PATIENT);
    expect(await overflow()).toBe(0);
    expect(await accessibilityFindings()).toEqual([]);
  });

  it('says of an hour that the lake does not have that there is none, and which days may be asked for', async () => {
    const { page, accessibilityFindings } = await open('#/lake/shop_purchases/2020-01-01T00');
    await page.getByText(/No hour of this name: the server answered 404/).waitFor(PATIENT);
    expect(await accessibilityFindings()).toEqual([]);
    await page.goto(new URL('/dashboard/#/lake?from=2020-01-01&to=2021-01-01', weir.url).href);
    await page.getByText(/No hours: the server answered 400: expected from 1 to 14 days/).waitFor(PATIENT);
    expect(await accessibilityFindings()).toEqual([]);
  });
});
