import { afterAll, beforeAll, expect } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { apiUrl } from './served-weir.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { startWeir, type WeirProcess } from './weir-process.ts';

/** How long a posted event may take until it is counted. */
export const SOON = { timeout: 20_000, interval: 100 };

/** `weir start` on this repository's own project, shared by all tests of the calling file: the same data, in order. */
export function shippedOverHttp() {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let pipeline: WeirProcess;
  let url = '';

  async function start(): Promise<void> {
    const args = ['start', '--no-generate', '--port', '0', '--data-dir', folder.path];
    pipeline = startWeir(args, { WEIR_BATCH_WINDOW_SECONDS: '0.3' }, packageRoot);
    url = await apiUrl(pipeline, folder.path);
  }
  async function stop(): Promise<void> {
    pipeline.kill('SIGTERM');
    expect(await pipeline.ended).toBe(0);
  }
  const get = async (path: string) => (await fetch(new URL(path, url))).json();

  beforeAll(async () => {
    folder = await temporaryFolder();
    await start();
  }, 120_000);
  afterAll(async () => {
    await stop();
    await folder.remove();
  }, 30_000);

  return {
    start,
    stop,
    get,
    dataDir: () => folder.path,
    async post(stream: string, events: readonly object[]) {
      const response = await fetch(new URL(`/events/${stream}`, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(events),
      });
      expect(response.status).toBe(202);
    },
    /** Polls until the answer meets the assertion. */
    answers: (path: string) => expect.poll(() => get(path), SOON),
  };
}
