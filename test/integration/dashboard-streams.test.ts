import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboardOf } from '../support/dashboard-page.ts';
import { contracts } from '../support/fixture-project.ts';
import { type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const PATIENT = { timeout: 20_000 };
const MARKUP = '<img src=x onerror=alert(1)>';

await describeWithServer(chromiumBrowser, (chromium) => {
  let weir: ServedWeir;
  beforeAll(async () => {
    weir = await servedWeir();
  });
  afterAll(() => weir.stop());
  const open = dashboardOf(chromium, () => weir.url);

  it('lists every stream of the project, each with a page of its own', async () => {
    const { page, cells, accessibilityFindings } = await open('#/streams');
    await page.locator('tr[data-stream]').first().waitFor();
    expect((await cells('tr[data-stream]')).map(([name]) => name)).toEqual(contracts.map(({ name }) => name));
    expect(await page.getByRole('heading').count()).toBe(1);
    expect(await accessibilityFindings()).toEqual([]);
    await page.getByRole('link', { name: 'shop.purchases', exact: true }).click();
    await page.getByText('No rows yet.').waitFor();
    expect(await page.locator('dl').innerText()).toContain('lake.shop_purchases');
  });

  it('sends a test event after a confirmation, and follows it into its row', async () => {
    const { page, cells, faults, accessibilityFindings } = await open('#/streams/shop.purchases');
    const event = { created_at: new Date().toISOString(), country: MARKUP, currency: 'EUR', amount: 5 };
    await page.getByLabel('Event of shop.purchases, JSON').fill(JSON.stringify(event));
    await page.getByRole('button', { name: 'Send this event…' }).click();
    await page.getByRole('button', { name: 'Append it to shop.purchases' }).click();
    await page.getByText(/On topic shop\.purchases, kafka partition \d, offset 0\./).waitFor();
    await page.getByText(/A row of the hour \d{4}-\d\d-\d\d \d\d:00 UTC\./).waitFor(PATIENT);
    await expect.poll(async () => (await cells('tr[data-row]')).length, PATIENT).toBe(1);
    expect((await cells('tr[data-row]'))[0]).toContain(MARKUP);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('says of an event that the contract refuses where and why, and sends nothing', async () => {
    const { page } = await open('#/streams/shop.purchases');
    const event = { created_at: new Date().toISOString(), country: 'Italy', currency: 'EUR', amount: -5 };
    await page.getByLabel('Event of shop.purchases, JSON').fill(JSON.stringify(event));
    await page.getByRole('button', { name: 'Send this event…' }).click();
    await page.getByRole('button', { name: 'Append it to shop.purchases' }).click();
    await page.getByText(/It was not accepted: the server answered 400: .*rule at amount/).waitFor();
  });

  it('says of a refined stream where its events come from, and of one that does not exist that there is none', async () => {
    const { page, accessibilityFindings } = await open('#/streams/chat.messages');
    await page.getByText('It takes no events of its own').waitFor();
    await page.goto(new URL('/dashboard/#/streams/nothing', weir.url).href);
    await page.getByText(/No stream of this name: the server answered 404/).waitFor();
    expect(await accessibilityFindings()).toEqual([]);
  });

  it.each([
    [1440, 'light'],
    [1024, 'dark'],
    [390, 'dark'],
  ] as const)('fits a window of %i pixels, and axe finds nothing in the %s theme', async (width, theme) => {
    const { page, overflow, accessibilityFindings } = await open('#/streams/shop.purchases', { width, theme });
    await page.locator('tr[data-row]').first().waitFor(PATIENT);
    expect(await overflow()).toBe(0);
    expect(await accessibilityFindings()).toEqual([]);
  });
});
