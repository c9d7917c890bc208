import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterEach } from 'vitest';

interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

/** A page of the dashboard in a browser, with everything that a page must not do. */
export interface DashboardPage {
  readonly page: Page;
  /** Console messages, errors, and requests to another host. */
  readonly faults: readonly string[];
  /** axe's findings: `color-contrast: .empty`. */
  accessibilityFindings(): Promise<readonly string[]>;
  /** The text of the cells in each row that matches the selector. */
  cells(rows: string): Promise<readonly (readonly string[])[]>;
  /** How much wider than the window the page is, in pixels. */
  overflow(): Promise<number>;
  close(): Promise<void>;
}

/**
 * In a suite, opens pages of a server's dashboard by their hash. The page is closed after its test.
 * @param url the server's; asked when a page is opened
 */
export function dashboardOf(chromium: () => { readonly browser: Browser }, url: () => string) {
  let opened: DashboardPage | undefined;
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  return async (hash = '', options: PageOptions = {}): Promise<DashboardPage> => {
    opened = await openDashboard(chromium().browser, new URL(`/dashboard/${hash}`, url()).href, options);
    return opened;
  };
}

/** @param url the page's URL, including its hash */
async function openDashboard(browser: Browser, url: string, options: PageOptions = {}): Promise<DashboardPage> {
  const { theme = 'light', width = 1440 } = options;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    faults,
    accessibilityFindings: () => axeFindings(page),
    cells: (rows) => page.evaluate(cellsOf(rows)) as Promise<readonly string[][]>,
    overflow: () => page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>,
    close: () => context.close(),
  };
}

const cellsOf = (rows: string) =>
  `[...document.querySelectorAll(${JSON.stringify(rows)})].map(({ children }) => [...children].map((cell) => cell.textContent))`;

export async function axeFindings(page: Page): Promise<readonly string[]> {
  // The browser's debugger injects it, which the page's policy cannot forbid.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as { readonly violations: readonly Violation[] };
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}
