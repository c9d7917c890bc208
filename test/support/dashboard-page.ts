import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

/** A page of the dashboard in a browser, and everything that a page must not do. */
export interface DashboardPage {
  readonly page: Page;
  /** Messages of the console, errors, and requests to another host. */
  readonly faults: readonly string[];
  /** What axe finds: `color-contrast: .empty`. */
  accessibilityFindings(): Promise<readonly string[]>;
  /** The cells' text of each row that the selector finds. */
  cells(rows: string): Promise<readonly (readonly string[])[]>;
  /** How far the page is wider than the window, in pixels. */
  overflow(): Promise<number>;
  close(): Promise<void>;
}

/** @param url of the page, with its hash */
export async function openDashboard(browser: Browser, url: string, options: PageOptions = {}): Promise<DashboardPage> {
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

async function axeFindings(page: Page): Promise<readonly string[]> {
  // The browser's debugger puts it into the page: no policy of the page forbids that.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as { readonly violations: readonly Violation[] };
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}
