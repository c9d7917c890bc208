import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { runInstaller } from './install.ts';
import { commandOnPath, ServerMissingError, type Stoppable, type TestServer } from './requirement.ts';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/google-chrome'];

/** Disables Chromium's own background requests. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface RunningChromium extends Stoppable {
  readonly browser: Browser;
}

export const chromiumBrowser: TestServer<RunningChromium> = { name: 'Chromium', install, start };

const program = () => PROGRAMS.find((path) => existsSync(path));

async function install(): Promise<void> {
  if (program() !== undefined) return;
  if (process.getuid?.() !== 0)
    throw new ServerMissingError(`no ${PROGRAMS.join(', no ')}, and only root can install it`);
  try {
    await runInstaller(commandOnPath('apt-get'), ['install', '-y', '-qq', 'chromium'], {
      DEBIAN_FRONTEND: 'noninteractive',
    });
  } catch (error) {
    throw new ServerMissingError(`chromium could not be installed: ${error instanceof Error ? error.message : error}`);
  }
}

async function start(): Promise<RunningChromium> {
  const executablePath = program();
  if (executablePath === undefined) throw new ServerMissingError('no Chromium, although it was installed');
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  return { browser, stop: () => browser.close() };
}
