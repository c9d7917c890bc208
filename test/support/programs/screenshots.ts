/**
 * Makes the README's screenshots: runs this project's pipeline with its generators in a folder of its own until every
 * model is current, and photographs pages of the dashboard. `npm run screenshots`
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../lib/adapters/system-clock.ts';
import type { ModelList } from '../../../lib/api/model-routes.ts';
import { packageRoot } from '../../../lib/package-root.ts';
import { apiUrl } from '../served-weir.ts';
import { chromiumBrowser } from '../servers/chromium.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startWeir } from '../weir-process.ts';

const IMAGES = join(packageRoot, 'docs/images');
const PAGES = { now: '#/now?time=utc&theme=light', models: '#/models?time=utc&theme=light' };
const WINDOW = { width: 1280, height: 860 };
/** Longer than the first run of all models takes on a busy machine. */
const TIMEOUT_MS = 300_000;
/** The lines of the first page need some windows, and a page its second poll. */
const SETTLE_MS = 100_000;
const SHOWN_AFTER_MS = 15_000;

const SETTINGS = { WEIR_SEED: '7', WEIR_RATE: '3', WEIR_TRANSFORM_EVERY_SECONDS: '20' };

await chromiumBrowser.install();
const folder = await temporaryFolder();
const weir = startWeir(['start', '--port', '0', '--data-dir', folder.path], SETTINGS, packageRoot);
const { browser, stop } = await chromiumBrowser.start();
try {
  const url = await apiUrl(weir, folder.path);
  await systemClock.sleep(SETTLE_MS);
  await untilCurrent(url);
  await mkdir(IMAGES, { recursive: true });
  const page = await browser.newPage({ viewport: WINDOW, colorScheme: 'light' });
  for (const [name, hash] of Object.entries(PAGES)) {
    await page.goto(new URL(`/dashboard/${hash}`, url).href);
    await systemClock.sleep(SHOWN_AFTER_MS);
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  }
} finally {
  await stop();
  weir.kill('SIGTERM');
  await weir.ended;
  await folder.remove();
}

async function untilCurrent(url: string): Promise<void> {
  const deadlineMs = systemClock.now() + TIMEOUT_MS;
  for (;;) {
    const { models } = (await (await fetch(new URL('/models', url))).json()) as ModelList;
    const others = models.filter(({ state }) => state !== 'current');
    if (others.length === 0) return;
    if (systemClock.now() > deadlineMs) {
      const found = others.map(({ model, state }) => `${model} ${state}`).join(', ');
      throw new Error(`expected every model to be current after ${TIMEOUT_MS} ms, found ${found}`);
    }
    await systemClock.sleep(1000);
  }
}
