import type { Page } from 'playwright-core';

/** Longer than a rule takes on a busy machine. */
export const PATIENT = { timeout: 50_000 };

/** Rules are evaluated over periods that a test can wait for. */
export const SHORT_PERIODS = {
  WEIR_HEALTH_PERIOD_SECONDS: '3',
  WEIR_BATCH_WINDOW_SECONDS: '0.3',
  WEIR_TRANSFORM_EVERY_SECONDS: '2',
};

/**
 * The page that is opened first names the rule and where it is broken; the page that it links to names the cause.
 * @param cause what that page says
 */
export async function expectShown(
  page: Page,
  rule: string,
  where: string | RegExp,
  cause: string | RegExp,
): Promise<void> {
  const strip = page.locator(`[data-attention="${rule}"]`, { hasText: where }).first();
  await strip.waitFor(PATIENT);
  await strip.getByRole('link', { name: rule }).click();
  await page.locator('[data-finding]', { hasText: where }).filter({ hasText: cause }).first().waitFor(PATIENT);
  await page.locator('.runbook', { hasText: 'Means.' }).waitFor(PATIENT);
}
