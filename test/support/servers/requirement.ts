import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';

/** A real server, not written by us, that a test uses. */
export interface TestServer<Running extends Stoppable> {
  /** The name shown when its tests are skipped. */
  readonly name: string;
  /** Installs the program into the cache, if it is missing. @throws ServerMissingError if that is not possible */
  install(): Promise<unknown>;
  /** Resolves once the server responds. */
  start(): Promise<Running>;
}

export interface Stoppable {
  stop(): Promise<void>;
}

/** The server is unavailable on this machine; the message says what is missing. */
export class ServerMissingError extends Error {
  override readonly name = 'ServerMissingError';
}

/** The folder of installed servers, kept between runs and outside any checkout. */
export const serverCache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'weir');

const START_TIMEOUT_MS = 120_000;

/**
 * A `describe` whose tests run against a server: `await describeWithServer(kafka, (running) => { it(…) })`. The server
 * is started before the first test and stopped after the last. If it is missing, the suite is skipped with the reason
 * in its name, or fails if `CI_SERVERS=required`.
 */
export async function describeWithServer<Running extends Stoppable>(
  server: TestServer<Running>,
  suite: (running: () => Running) => void,
): Promise<void> {
  const missing = await missingPart(server);
  if (missing === undefined) return describeRunning(server, suite);
  if (process.env.CI_SERVERS === 'required') {
    describe(server.name, () => {
      it('is needed by these tests (CI_SERVERS=required)', () => {
        throw missing;
      });
    });
    return;
  }
  describe.skip(`${server.name} is missing: ${missing.message}`, () => it('is skipped', () => {}));
}

async function missingPart(server: TestServer<Stoppable>): Promise<ServerMissingError | undefined> {
  try {
    await server.install();
    return undefined;
  } catch (error) {
    if (error instanceof ServerMissingError) return error;
    throw error;
  }
}

function describeRunning<Running extends Stoppable>(
  server: TestServer<Running>,
  suite: (running: () => Running) => void,
): void {
  describe(server.name, () => {
    let running: Running | undefined;
    beforeAll(async () => {
      running = await server.start();
    }, START_TIMEOUT_MS);
    afterAll(() => running?.stop());
    suite(() => {
      if (running === undefined) throw new Error(`${server.name}: asked for before it was started`);
      return running;
    });
  });
}

/** The path of a command. @throws ServerMissingError if it is in no folder of `PATH` */
export function commandOnPath(command: string): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
  if (found === undefined) throw new ServerMissingError(`no command "${command}" on the PATH; install it`);
  return found;
}
