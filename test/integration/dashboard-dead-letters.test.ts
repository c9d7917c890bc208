import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboardOf } from '../support/dashboard-page.ts';
import { apiUrl } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir, type WeirProcess, weir } from '../support/weir-process.ts';

const PATIENT = { timeout: 20_000 };
const MARKUP = '<img src=x onerror=alert(1)>';

/** The fixture's shop, in which a rating is any whole number: what somebody has corrected since the letters came. */
const CORRECTED = `
import { project } from '${join(import.meta.dirname, '../../lib/index.ts')}';
import { shop } from '${join(import.meta.dirname, '../fixtures/lake/streams/shop.ts')}';

const corrected = shop.map((stream) => {
  if (stream.contract.name !== 'shop.feedback') return stream;
  const { rule, ...rating } = stream.contract.fields.rating;
  return { ...stream, contract: { ...stream.contract, fields: { ...stream.contract.fields, rating } } };
});
export default project({ streams: corrected });
`;

const feedback = (feedbackId: string, rating: number) =>
  JSON.stringify({ feedbackId, customerId: MARKUP, productId: 'p', rating, feedbackDate: '2026-01-31 13:00:00' });

await describeWithServer(chromiumBrowser, (chromium) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let running: WeirProcess;
  let url: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const dataDir = ['--data-dir', join(folder.path, 'data')];
    const events = join(folder.path, 'events.ndjson');
    await writeFile(events, [feedback('a', 5), `{${MARKUP}`, feedback('b', 9), feedback('c', 7)].join('\n'));
    await weir(['produce', 'shop.feedback', '--file', events, '--raw', ...dataDir]);
    await weir(['start', '--no-generate', '--once', ...dataDir], { WEIR_BATCH_WINDOW_SECONDS: '0.3' });
    const corrected = join(folder.path, 'weir.config.ts');
    await mkdir(join(folder.path, 'sql'));
    await writeFile(corrected, CORRECTED);
    running = startWeir(['start', '--no-generate', '--port', '0', '--project', corrected, ...dataDir]);
    url = await apiUrl(running, join(folder.path, 'data'));
  }, 120_000);
  afterAll(async () => {
    running.kill('SIGTERM');
    await running.ended;
    await folder.remove();
  });
  const open = dashboardOf(chromium, () => url);

  it('shows dead letters by stream, reason and field, and leads to one letter whole, as text', async () => {
    const { page, faults, cells, accessibilityFindings } = await open('#/dead-letters');
    await page.locator('tr[data-group]').first().waitFor();
    expect((await cells('tr[data-group]')).map((row) => row.slice(0, 5))).toEqual([
      ['shop.feedback', 'rule', 'rating', '2', '2'],
      ['shop.feedback', 'not_json', 'whole record', '1', '1'],
    ]);
    expect(await accessibilityFindings()).toEqual([]);
    await page.getByRole('link', { name: 'shop.feedback 0/1' }).click();
    await page.locator('pre').waitFor();
    expect(await page.locator('pre').innerText()).toBe(`{${MARKUP}`);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('dl').innerText()).toContain('not_json');
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('axe finds nothing while letters are chosen, in the %s theme', async (theme) => {
    const { page, accessibilityFindings } = await open('#/dead-letters?stream=shop.feedback', { theme });
    await page.locator('tr[data-letter]').first().waitFor();
    expect(await accessibilityFindings()).toEqual([]);
  });

  it.each([1440, 1024, 390])('is not wider than a window of %i pixels', async (width) => {
    const { page, overflow } = await open('#/dead-letters?stream=shop.feedback', { width });
    await page.locator('tr[data-letter]').first().waitFor();
    expect(await overflow()).toBe(0);
  });

  it('says of a letter that does not exist that there is none, and where others are', async () => {
    const { page, accessibilityFindings } = await open('#/dead-letters/shop.feedback/0/99');
    await page.getByText(/No dead letter of this position: the server answered 404/).waitFor();
    expect(await accessibilityFindings()).toEqual([]);
    await page.getByRole('link', { name: 'Dead letters of shop.feedback' }).click();
    await page.locator('tr[data-letter]').first().waitFor();
  });

  it('says by keyboard alone what a replay would do, does it after a confirmation, and letters are rows', async () => {
    const { page, cells, accessibilityFindings } = await open('#/dead-letters?stream=shop.feedback');
    await page.getByRole('button', { name: 'Show what it would do' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('2 letters would become rows, 1 stays.').waitFor();
    await page.getByText('0/1 stays: the contract refuses it: not_json').waitFor();
    expect(await accessibilityFindings()).toEqual([]);
    expect(await rowsOfFeedback()).toBe(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('2 letters are rows now, 1 stays.').waitFor();
    await expect.poll(async () => (await cells('tr[data-letter]')).length, PATIENT).toBe(1);
    await expect.poll(rowsOfFeedback, PATIENT).toBe(3);
    // The groups are polled on their own.
    const groups = async () => (await cells('tr[data-group]')).map((row) => row.slice(1, 5));
    await expect.poll(groups, PATIENT).toContainEqual(['rule', 'rating', '0', '2']);
  });

  async function rowsOfFeedback(): Promise<number | null | undefined> {
    const { streams } = (await (await fetch(new URL('/status', url))).json()) as {
      readonly streams: readonly { readonly stream: string; readonly rows: number | null }[];
    };
    return streams.find(({ stream }) => stream === 'shop.feedback')?.rows;
  }
});
