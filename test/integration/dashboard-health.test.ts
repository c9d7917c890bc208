import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnsweredRule } from '../../lib/api/health-routes.ts';
import { dashboardOf } from '../support/dashboard-page.ts';
import { type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

const PATIENT = { timeout: 20_000 };
const TOKEN = 'a-secret-token-of-a-test';

await describeWithServer(chromiumBrowser, (chromium) => {
  let weir: ServedWeir;
  beforeAll(async () => {
    weir = await servedWeir(['--no-generate'], { WEIR_BATCH_SIZE: '123', WEIR_KAFKA_PASSWORD: TOKEN });
  });
  afterAll(() => weir.stop());
  const open = dashboardOf(chromium, () => weir.url);
  const rules = async () => {
    const { rules: all } = (await (await fetch(new URL('/health/rules', weir.url))).json()) as {
      readonly rules: readonly AnsweredRule[];
    };
    return all;
  };

  it('lists every rule with the state that the API answers, and those of a deployment as such', async () => {
    await expect
      .poll(async () => (await rules()).filter(({ state }) => state === 'ok').length, PATIENT)
      .toBeGreaterThan(5);
    const { page, cells, faults, accessibilityFindings } = await open('#/health');
    await page.locator('tr[data-rule]').first().waitFor(PATIENT);
    const shown = (await cells('tr[data-rule]')).map(([id, state]) => [id, state?.split(' since')[0]?.trim()]);
    const named = { ok: 'ok', firing: 'firing', unknown: 'unknown', elsewhere: 'in AWS only' };
    expect(shown.toSorted()).toEqual((await rules()).map(({ id, state }) => [id, named[state]]).toSorted());
    expect(shown).toContainEqual(['DiskSpace', 'ok']);
    expect(shown).toContainEqual(['ApiErrors', 'in AWS only']);
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('shows the settings in effect, and no secret', async () => {
    const { page, cells } = await open('#/health');
    await page.locator('tr[data-setting]').first().waitFor(PATIENT);
    expect((await cells('tr[data-setting="WEIR_BATCH_SIZE"]'))[0]?.slice(0, 2)).toEqual(['WEIR_BATCH_SIZE', '123']);
    expect((await cells('tr[data-setting="WEIR_KAFKA_PASSWORD"]'))[0]?.[1]).toBe('(set, not shown)');
    expect(await page.content()).not.toContain(TOKEN);
    await page.getByText('None: every metric is complete.').waitFor();
  });

  it('a rule leads to its article, and one that does not exist says so', async () => {
    const { page, faults, accessibilityFindings } = await open('#/health');
    await page.getByRole('link', { name: 'DeadLetters', exact: true }).click();
    await page.getByText('dead letters above 0 in 5 min').waitFor();
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    expect(await page.locator('.runbook').innerText()).toContain(
      'Records arrived that their contract does not accept.',
    );
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
    await page.goto(new URL('/dashboard/#/health/Nothing', weir.url).href);
    await page.getByText('There is no rule of this name.').waitFor();
    await page.getByRole('link', { name: 'Health', exact: true }).last().click();
    await page.locator('tr[data-rule]').first().waitFor();
  });

  it.each([
    [1440, 'light'],
    [1024, 'dark'],
    [390, 'dark'],
  ] as const)('fits a window of %i pixels, and axe finds nothing in the %s theme', async (width, theme) => {
    const { page, overflow, accessibilityFindings } = await open('#/health', { width, theme });
    await page.locator('tr[data-setting]').first().waitFor(PATIENT);
    expect(await overflow()).toBe(0);
    expect(await accessibilityFindings()).toEqual([]);
  });
});
