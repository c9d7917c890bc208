import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { dashboardOf } from '../support/dashboard-page.ts';
import { apiUrl, type ServedWeir, servedWeir } from '../support/served-weir.ts';
import { chromiumBrowser, type RunningChromium } from '../support/servers/chromium.ts';
import { type KafkaCluster, kafkaNodeServer } from '../support/servers/kafka.ts';
import { describeWithServer, type TestServer } from '../support/servers/requirement.ts';
import { expectShown, PATIENT, SHORT_PERIODS } from '../support/shown-fault.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startWeir } from '../support/weir-process.ts';

const run = promisify(execFile);

await describeWithServer(chromiumBrowser, (chromium) => {
  describe('a disk of its own', () => {
    let url = '';
    const open = dashboardOf(chromium, () => url);

    it('is nearly full: the page that is opened first says so, and how much is free is behind it', async (context) => {
      const disk = await temporaryFolder();
      const refusal = await run('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', disk.path]).then(
        () => null,
        (error) => String(error),
      );
      // Root may, but not in every container.
      if (refusal !== null) {
        await disk.remove();
        context.skip(`a small disk could not be mounted: ${refusal}`);
      }
      const data = join(disk.path, 'data');
      const running = startWeir(['start', '--no-generate', '--port', '0', '--data-dir', data], SHORT_PERIODS);
      try {
        url = await apiUrl(running, data);
        const { page } = await open();
        await expectShown(
          page,
          'DiskSpace',
          data,
          /\d+ MiB are free on the disk, expected 512 at least: free some space/,
        );
      } finally {
        running.kill('SIGTERM');
        await running.ended;
        await run('umount', [disk.path]);
        await disk.remove();
      }
    }, 120_000);
  });
});

/** Both, for the fault that needs a broker. */
const browserAndBroker: TestServer<RunningChromium & { readonly kafka: KafkaCluster }> = {
  name: 'Chromium and Kafka',
  async install() {
    await chromiumBrowser.install();
    await kafkaNodeServer.install();
  },
  async start() {
    const kafka = await kafkaNodeServer.start();
    const { browser, stop } = await chromiumBrowser.start();
    return { browser, kafka, stop: () => Promise.all([stop(), kafka.stop()]).then(() => {}) };
  },
};

await describeWithServer(browserAndBroker, (servers) => {
  let served: ServedWeir;
  beforeAll(async () => {
    served = await servedWeir(['--no-generate', '--brokers', servers().kafka.brokers.join(',')], SHORT_PERIODS);
  }, 180_000);
  afterAll(() => served.stop());
  const open = dashboardOf(servers, () => served.url);

  it('a broker goes away: it is on the page that is opened first, and its cause behind it', async () => {
    const { page } = await open();
    await page.locator('tr[data-stream]').first().waitFor(PATIENT);
    await servers().kafka.kill(0);
    await expectShown(
      page,
      'LogUnreachable',
      '127.0.0.1',
      /The log does not answer: .*(ECONNREFUSED|is the broker running|no answer after)/,
    );
  }, 180_000);
});
