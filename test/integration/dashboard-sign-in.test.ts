import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countedStore } from '../support/counted-metrics.ts';
import { axeFindings } from '../support/dashboard-page.ts';
import { emulatedSite } from '../support/emulated/site.ts';
import { contracts } from '../support/fixture-project.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { AUDIENCE, CLIENT_ID, type OidcIssuer, startOidcIssuer } from '../support/servers/oidc-issuer.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const purchases = contracts.find(({ name }) => name === 'shop.purchases');
if (purchases === undefined) throw new Error('expected the stream shop.purchases, found none');
const NOW = new Date().toISOString();
const purchase = (country: string, amount: number) => ({
  value: JSON.stringify({ created_at: NOW, country, currency: 'EUR', amount }),
  timestampMs: Date.now(),
});

await describeWithServer(chromiumBrowser, (chromium) => {
  let site: Awaited<ReturnType<typeof emulatedSite>>;
  let issuer: OidcIssuer;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    const store = await countedStore(purchases, [[purchase('Italy', 70), purchase('Germany', 350)]]);
    site = await emulatedSite(store);
    issuer = await startOidcIssuer(site.url);
    site.signInBy({ issuer: issuer.url, clientId: CLIENT_ID, scope: 'openid weir/read' }, AUDIENCE);
  });
  afterAll(() => Promise.all([issuer.stop(), site.stop()]));

  beforeEach(async () => {
    Object.assign(issuer, { accessSeconds: 3600, hasRefreshTokens: true, refusesRenewal: false });
    site.refuses = false;
    context = await chromium().browser.newContext();
    // The issuer's pages of this package ask for a font of others.
    await context.route(/fonts\.googleapis\.com/, (route) => route.abort());
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      const isOfSite = message.location().url.startsWith(site.url);
      if (isOfSite && message.type() === 'error') faults.push(message.text());
    });
  });
  afterEach(() => context.close());

  const gauge = () => page.locator('[data-metric="purchases"] dd').innerText();
  const dataAsked = () => site.asked.length;

  async function signIn(hash = ''): Promise<void> {
    await page.goto(`${site.url}/dashboard/${hash}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await enter();
  }

  /** On the issuer's own pages. */
  async function enter(): Promise<void> {
    await page.locator('input[name="login"]').fill('ada');
    await page.locator('input[name="password"]').fill('any');
    await page.locator('button[type="submit"]').click();
    await page.getByRole('button', { name: /continue/i }).click();
    await page.waitForURL(`${site.url}/dashboard/**`);
  }

  describe('signing in', () => {
    it('is asked for before any data is, and the address of the site leads to it', async () => {
      const before = dataAsked();
      await page.goto(site.url);
      await page.getByText('Sign in to see the pipeline').waitFor();
      expect(page.url()).toBe(`${site.url}/dashboard/`);
      expect(dataAsked()).toBe(before);
      expect(await axeFindings(page)).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('on the issuer’s pages leads back to the same place, and shows the figures', async () => {
      await signIn('#/now?theme=dark');
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
      expect(page.url()).toBe(`${site.url}/dashboard/#/now?theme=dark`);
      await page.getByText('ada@example.com').waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('lasts over a reload, and leaves nothing in the browser’s lasting storage', async () => {
      await signIn();
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
      await page.reload();
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
      expect(await page.evaluate('localStorage.length')).toBe(0);
      expect(await page.evaluate('document.cookie')).toBe('');
    });

    it('that the person gives up says so, and can be repeated', async () => {
      await page.goto(`${site.url}/dashboard/`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: /cancel/i }).click();
      await page.getByText('Signing in failed').waitFor();
      expect(page.url()).toBe(`${site.url}/dashboard/`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await enter();
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
    });

    it('with a code that somebody else began with is refused', async () => {
      await page.goto(`${site.url}/dashboard/?code=stolen&state=unknown`);
      await page.getByText('Signing in failed: it was begun in another tab, or long ago.').waitFor();
      expect(page.url()).toBe(`${site.url}/dashboard/`);
    });
  });

  describe('a page that stays open', () => {
    it('renews its token without being seen to', async () => {
      issuer.accessSeconds = 31;
      await signIn();
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
      const before = issuer.renewals();
      await expect.poll(() => issuer.renewals(), { timeout: 15_000 }).toBeGreaterThan(before);
      expect(await page.getByText('has expired').count()).toBe(0);
      expect(faults).toEqual([]);
    });

    it.each([
      ['without a token that renews it', { hasRefreshTokens: false, accessSeconds: 40 }],
      ['whose renewal the issuer refuses', { refusesRenewal: true, accessSeconds: 40 }],
    ])('says that the sign-in has expired, %s, and greys the figures', async (_, settings) => {
      Object.assign(issuer, settings);
      await signIn();
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
      await page.getByText('Your sign-in has expired.', { exact: true }).waitFor({ timeout: 30_000 });
      expect(await gauge()).toBe('2');
      expect(await page.locator('main').getAttribute('class')).toBe('stale');
      const asked = dataAsked();
      await page.waitForTimeout(3000);
      expect(dataAsked()).toBe(asked);
    });

    it('whose token the API refuses keeps no token, and asks to sign in again', async () => {
      await signIn();
      await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
      site.refuses = true;
      await page.getByText('Your sign-in has expired.', { exact: true }).waitFor({ timeout: 15_000 });
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });
  });

  it('signing out ends the session here and at the issuer', async () => {
    await signIn();
    await expect.poll(gauge, { timeout: 15_000 }).toBe('2');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: /yes/i }).click();
    await page.getByText('Sign in to see the pipeline').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name="login"]').waitFor();
  });

  it('a page whose routes AWS does not have is not in the navigation, and a link to it says where its data is', async () => {
    await signIn('#/dead-letters');
    await page.getByText('This page shows files of a pipeline on a laptop').waitFor();
    expect(await page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual(['Now']);
    expect(faults).toEqual([]);
  });
});
