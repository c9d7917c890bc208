import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Overview } from '../../web/model/overview.ts';
import { type DashboardPage, dashboardOf } from '../support/dashboard-page.ts';
import { type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

/** For what takes as long as it takes. */
const PATIENT = { timeout: 20_000 };
/** All purchases are of one window. */
const NOW = new Date().toISOString();
const MARKUP = '<img src=x onerror=alert(1)>';

await describeWithServer(chromiumBrowser, (chromium) => {
  let weir: ServedWeir;
  beforeAll(async () => {
    weir = await servedWeir();
  });
  afterAll(() => weir.stop());
  const open = dashboardOf(chromium, () => weir.url);

  async function post(...events: readonly object[]): Promise<void> {
    const { status } = await fetch(new URL('/events/shop.purchases', weir.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    expect(status).toBe(202);
  }

  const overview = async () => (await (await fetch(new URL('/overview', weir.url))).json()) as Overview;
  const purchase = (country: string, amount: number) => {
    return { created_at: NOW, country, currency: 'EUR', amount };
  };
  const rowsOf = ({ cells }: DashboardPage, metric: string) => cells(`[data-metric="${metric}"] tbody tr`);
  const gauge = ({ page }: DashboardPage) => page.locator('[data-metric="purchases"] dd');

  describe('the Now page', () => {
    it('says of a pipeline without events that there are none', async () => {
      const { page, faults, accessibilityFindings } = await open();
      await page.getByText('All is well').waitFor();
      expect(await page.locator('[data-metric="purchases"]').innerText()).toContain('No events yet.');
      expect(await accessibilityFindings()).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('shows a purchase in number, table and bar within 3 s, the greatest amount first', async () => {
      await post(purchase('Italy', 300), purchase('Spain', 700));
      const now = await open();
      await expect.poll(() => gauge(now).innerText(), PATIENT).toBe('2');
      const bar = () => now.page.locator('[data-metric="purchase_windows"] tbody tr:first-child rect').boundingBox();
      await post(purchase('Italy', 1_000_000));
      await expect.poll(() => gauge(now).innerText(), { timeout: 3000 }).toBe('3');
      const rows = await rowsOf(now, 'purchase_windows');
      expect(rows.map(([country, , amount]) => [country, amount])).toEqual([
        ['Italy', '1,000,300'],
        ['Spain', '700'],
      ]);
      expect((await bar())?.width).toBeGreaterThan(20);
      expect(now.faults).toEqual([]);
    });

    it('shows the figures that the API answers, and names that are written like markup as text', async () => {
      await post(purchase(MARKUP, 5));
      const isCaughtUp = async () => (await overview()).streams.every(({ lag }) => lag === 0);
      await expect.poll(isCaughtUp, PATIENT).toBe(true);
      const now = await open();
      const { streams, metrics } = await overview();
      await expect
        .poll(() => gauge(now).innerText())
        .toBe(String(metrics?.find((one) => one.name === 'purchases')?.total.count));
      const shown = (await now.cells('tr[data-stream]')).map(([name, , , ...figures]) => [
        name,
        ...figures.slice(0, 3),
      ]);
      expect(shown).toEqual(
        streams.map(({ stream, rows, dead_letters, lag }) => [stream, `${rows}`, `${dead_letters}`, `${lag} s`]),
      );
      expect((await rowsOf(now, 'purchase_windows')).map(([country]) => country)).toContain(MARKUP);
      expect(await now.page.locator('main img').count()).toBe(0);
      expect(now.faults).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (theme) => {
      const { page, accessibilityFindings } = await open('', { theme });
      await page.locator('[data-metric="purchase_windows"] table').waitFor();
      expect(await accessibilityFindings()).toEqual([]);
    });

    it.each([1440, 1024, 390])('is not wider than a window of %i pixels', async (width) => {
      const { page, overflow } = await open('', { width });
      await page.locator('[data-metric="purchase_windows"] table').waitFor();
      expect(await overflow()).toBe(0);
    });

    it('shows lag and newest row of every stream on a phone without scrolling sideways', async () => {
      const { page } = await open('', { width: 390 });
      await page.locator('tr[data-stream]').first().waitFor();
      const cells = page.locator('tr[data-stream] td:last-child, tr[data-stream] td[data-figure="lag"]');
      const boxes = await Promise.all((await cells.all()).map((cell) => cell.boundingBox()));
      expect(boxes.length).toBeGreaterThan(10);
      for (const box of boxes) expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(390);
    });

    it('greys the figures while the connection is lost, says since when, and recovers by itself', async () => {
      const now = await open();
      const { page } = now;
      await expect.poll(() => gauge(now).innerText(), PATIENT).toBe('4');
      await page.context().setOffline(true);
      await page.getByText(/Connection lost .* s ago: the server cannot be reached\. Figures are of/).waitFor();
      expect(await page.locator('main').getAttribute('class')).toBe('stale');
      expect(await now.accessibilityFindings()).toEqual([]);
      await page.context().setOffline(false);
      await page.getByText('All is well').waitFor();
      expect(await page.locator('main').getAttribute('class')).toBe('');
    });

    it('can be used by keyboard: the theme and the zone of times are links of their own', async () => {
      const { page } = await open();
      await page.getByText('All is well').waitFor();
      const names: string[] = [];
      while (names.at(-1) !== 'dark' && names.length < 30) {
        await page.keyboard.press('Tab');
        names.push(String(await page.evaluate('document.activeElement.textContent')));
      }
      expect(names.slice(0, 2)).toEqual(['Now', 'Streams']);
      expect(names.slice(-5)).toEqual(['UTC', expect.any(String), 'auto', 'light', 'dark']);
      await page.keyboard.press('Enter');
      await page.locator('html[data-theme="dark"]').waitFor();
      expect(page.url()).toContain('#/now?theme=dark');
    });
  });

  it('a link to a page that does not exist is answered with a page that says so and links on', async () => {
    const { page, accessibilityFindings } = await open('#/nothing');
    await page.getByText('There is no such page.').waitFor();
    expect(await accessibilityFindings()).toEqual([]);
    await page.getByRole('link', { name: 'See the pipeline as it is now.' }).click();
    await page.locator('tr[data-stream]').first().waitFor();
  });

  it('the page of / leads to the dashboard', async () => {
    const { page } = await open();
    await page.goto(weir.url);
    await page.getByRole('link', { name: '/dashboard', exact: true }).click();
    await page.locator('tr[data-stream]').first().waitFor();
  });
});
