import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DashboardPage, dashboardOf } from '../support/dashboard-page.ts';
import { type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { chromiumBrowser } from '../support/servers/chromium.ts';
import { describeWithServer } from '../support/servers/requirement.ts';

/** A query starts a process, which takes long on a busy machine. */
const PATIENT = { timeout: 30_000 };
const ENDLESS = 'select sum(hash(range)) from range(100000000000)';

const linked = (sql: string) => `#/query?${new URLSearchParams({ sql })}`;

await describeWithServer(chromiumBrowser, (chromium) => {
  let weir: ServedWeir;
  beforeAll(async () => {
    weir = await servedWeir();
    const event = { created_at: new Date().toISOString(), currency: 'EUR' };
    const events = [
      { ...event, country: 'Italy', amount: 300 },
      { ...event, country: 'Spain', amount: 700 },
    ];
    const headers = { 'content-type': 'application/json' };
    await fetch(new URL('/events/shop.purchases', weir.url), { method: 'POST', headers, body: JSON.stringify(events) });
    await vi.waitFor(async () => expect(await rowsOfPurchases()).toBe(2), PATIENT);
  });
  afterAll(() => weir.stop());

  async function rowsOfPurchases() {
    const { streams } = (await (await fetch(new URL('/status', weir.url))).json()) as {
      readonly streams: readonly { readonly stream: string; readonly rows: number | null }[];
    };
    return streams.find(({ stream }) => stream === 'shop.purchases')?.rows;
  }

  const openPage = dashboardOf(chromium, () => weir.url);

  async function open(...asked: Parameters<typeof openPage>): Promise<DashboardPage> {
    const opened = await openPage(...asked);
    await opened.page.locator('[data-editor="open"]').waitFor(PATIENT);
    return opened;
  }

  const run = ({ page }: DashboardPage) => page.getByRole('button', { name: 'Run', exact: true }).click();

  /** The rows of the result, once there is one. */
  async function rowsOf({ page, cells }: DashboardPage) {
    await page.locator('tr[data-result]').first().waitFor(PATIENT);
    return cells('tr[data-result]');
  }

  it('runs a typed statement by keyboard, completes tables and columns, and keeps the statement in the address', async () => {
    const dashboard = await open('#/query');
    const { page, faults, accessibilityFindings } = dashboard;
    await page.locator('.tables summary').first().waitFor();
    await page.getByRole('textbox', { name: 'SQL statement' }).focus();
    await page.keyboard.type('select country, amount from lake.shop_purch');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'shop_purchases' }).first().waitFor(PATIENT);
    expect(await accessibilityFindings()).toEqual([]);
    await page.keyboard.press('Enter');
    await page.keyboard.type(' as p order by p.amou');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'amount' }).first().waitFor(PATIENT);
    // The editor ignores the key for 75 ms after the list has opened, so that nobody accepts what they have not seen.
    await page.waitForTimeout(200);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    expect(await rowsOf(dashboard)).toEqual([
      ['Italy', '300'],
      ['Spain', '700'],
    ]);
    expect(new URL(page.url()).hash).toContain('sql=select+country');
    expect(await accessibilityFindings()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('shows numbers beyond 2^53 with every digit, NULL unlike an empty text, and a megabyte only on request', async () => {
    const sql =
      "select 9007199254740993 as n, null as nothing, '' as empty, 'NULL' as text, repeat('x', 1000000) as long";
    const dashboard = await open(linked(sql));
    const { page, accessibilityFindings } = dashboard;
    await run(dashboard);
    const [row = []] = await rowsOf(dashboard);
    expect(row.slice(0, 4)).toEqual(['9007199254740993', 'NULL', 'empty text', 'NULL']);
    expect(await page.locator('tr[data-result] i').count()).toBe(2);
    expect(row[4]).toBe(`${'x'.repeat(120)}… all 1,000,000 characters`);
    await page.getByRole('button', { name: 'all 1,000,000 characters' }).click();
    expect((await page.locator('pre').textContent())?.length).toBe(1_000_000);
    expect(await accessibilityFindings()).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('pre').count()).toBe(0);
  });

  it('says what is wrong with a statement, and puts the cursor where it is', async () => {
    const dashboard = await open(linked('select country,\n  nothing\nfrom lake.shop_purchases'));
    const { page, accessibilityFindings } = dashboard;
    await run(dashboard);
    await page.getByText(/column "nothing" not found/).waitFor(PATIENT);
    expect(await accessibilityFindings()).toEqual([]);
    await page.getByRole('button', { name: 'Line 2, column 3' }).click();
    await page.keyboard.type('amount --');
    await run(dashboard);
    expect(await rowsOf(dashboard)).toContainEqual(['Spain', '700']);
  });

  it.each([
    ['a write', 'delete from lake.shop_purchases', /expected one select statement/],
    ['a file', "select * from read_csv('/etc/passwd')", /expected a table, or one of the functions/],
  ])('refuses %s', async (_, sql, why) => {
    const dashboard = await open(linked(sql));
    await run(dashboard);
    await dashboard.page.getByText(why).waitFor(PATIENT);
  });

  it('cancels an endless query, whose process ends, and can run another', async () => {
    const dashboard = await open(linked(ENDLESS));
    const { page } = dashboard;
    await run(dashboard);
    await page.getByText('Running…').waitFor();
    await expect.poll(() => queryProcesses(), PATIENT).toBe(1);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled: the server has ended the query.').waitFor();
    await expect.poll(() => queryProcesses(), PATIENT).toBe(0);
    await page.goto(new URL(`/dashboard/${linked('select 1 as one')}`, weir.url).href);
    await run(dashboard);
    expect(await rowsOf(dashboard)).toEqual([['1']]);
  });

  it('ends the query of a page that is closed', async () => {
    const dashboard = await open(linked(ENDLESS));
    await run(dashboard);
    await expect.poll(() => queryProcesses(), PATIENT).toBe(1);
    await dashboard.close();
    await expect.poll(() => queryProcesses(), PATIENT).toBe(0);
  });

  it('says that a limit was reached, and shows the first rows a part at a time', async () => {
    const dashboard = await open(linked('select range as n from range(1000000)'));
    const { page, cells } = dashboard;
    await run(dashboard);
    await page.getByText('Limit reached: these are the first 10,000 rows, and there are more.').waitFor(PATIENT);
    expect(await rowsOf(dashboard)).toHaveLength(200);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect((await cells('tr[data-result]')).at(-1)).toEqual(['399']);
  });

  it('draws bars of a category, the greatest longest, and a line over time, as the address says', async () => {
    const dashboard = await open(
      linked('select country, amount, 1 as one from lake.shop_purchases order by amount desc'),
    );
    const { page, accessibilityFindings } = dashboard;
    await run(dashboard);
    await rowsOf(dashboard);
    expect(await page.locator('.bars .label').allTextContents()).toEqual(['Spain', 'Italy']);
    expect(await page.locator('.bars .number').allTextContents()).toEqual(['700', '300']);
    const widths = await page
      .locator('.bars rect')
      .evaluateAll((rects) => rects.map((one) => one.getAttribute('width')));
    expect(widths.map(Number)).toEqual([1000, expect.closeTo(428.6, 1)]);
    await page.getByLabel('Chart of').selectOption('one');
    await expect.poll(() => page.locator('.bars .number').allTextContents()).toEqual(['1', '1']);
    expect(page.url()).toContain('number=one');
    expect(await accessibilityFindings()).toEqual([]);
    const overTime = 'select make_timestamp(range * 1000000) as at, range as n from range(5) order by n desc';
    await page.goto(new URL(`/dashboard/${linked(overTime)}`, weir.url).href);
    await run(dashboard);
    await page.getByRole('img', { name: /A line of 5 values from 0 to 4/ }).waitFor(PATIENT);
    expect(await accessibilityFindings()).toEqual([]);
  });

  it('downloads what RFC 4180 calls CSV, with values as they are, and says which of them are formulas', async () => {
    const sql = `select 'a,"b"' as "x,y", null as nothing, '' as empty, '=1+1' as formula, -5 as number, 'c' || chr(10) as lines`;
    const dashboard = await open(linked(sql));
    const { page } = dashboard;
    await run(dashboard);
    await rowsOf(dashboard);
    await page.getByText(/1 value begins with =, \+, - or @, which spreadsheets run as formulas/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    const file = await readFile(await download.path(), 'utf8');
    expect(file).toBe('"x,y",nothing,empty,formula,number,lines\r\n"a,""b""",,"",=1+1,-5,"c\n"\r\n');
  });

  describe('other pages', () => {
    it('load no editor, and lead to the SQL that gives a figure', async () => {
      const opened = await openPage();
      const { page, cells } = opened;
      const loaded: string[] = [];
      page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
      await page.reload();
      const tile = page.locator('[data-metric="purchase_windows"]');
      await tile.locator('tbody tr').first().waitFor(PATIENT);
      const figures = (await cells('[data-metric="purchase_windows"] tbody tr')).map(([country, , amount]) => [
        country,
        amount,
      ]);
      expect(loaded).not.toContain('/dashboard/sql-editor.js');
      await tile.getByRole('link', { name: 'SQL' }).click();
      await page.locator('[data-editor="open"]').waitFor(PATIENT);
      await expect.poll(() => page.locator('.cm-content').innerText(), PATIENT).toContain('from lake.shop_purchases');
      await run(opened);
      const rows = (await rowsOf(opened)).map((row) => [row[1], row.find((cell) => cell === '700' || cell === '300')]);
      expect(rows.toSorted()).toEqual(figures.toSorted());
    });

    it('an example of a table is a statement that runs', async () => {
      const dashboard = await open('#/query');
      const { page } = dashboard;
      await page.getByText('lake.shop_purchases', { exact: true }).click();
      await page.locator('details[open]').getByRole('link', { name: 'Rows by hour' }).click();
      await run(dashboard);
      expect((await rowsOf(dashboard))[0]?.at(-1)).toBe('2');
    });
  });

  it.each([
    [1440, 'light'],
    [1024, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits a window of %i pixels, and axe finds nothing in the %s theme', async (width, theme) => {
    const dashboard = await open(linked('select * from lake.shop_purchases'), { width, theme });
    await run(dashboard);
    await rowsOf(dashboard);
    expect(await dashboard.overflow()).toBe(0);
    expect(await dashboard.accessibilityFindings()).toEqual([]);
    expect(dashboard.faults).toEqual([]);
  });

  /** The number of processes of queries that the server has started. */
  async function queryProcesses(): Promise<number> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const commands = await Promise.all(pids.map(commandOf));
    return commands.filter(({ parent, command }) => parent === weir.process.pid && command.includes('query-process'))
      .length;
  }
});

/** Empty for a process that has ended meanwhile. */
async function commandOf(pid: string): Promise<{ readonly parent: number; readonly command: string }> {
  try {
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
    );
    return { parent: Number(stat?.split(') ')[1]?.split(' ')[1]), command: command ?? '' };
  } catch {
    return { parent: 0, command: '' };
  }
}
