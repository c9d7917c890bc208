import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { eventLogSuite } from './event-log.suite.ts';

describe('the embedded event log', () => {
  let log: EventLog;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const warn = (line: string) => {
    throw new Error(`expected nothing to warn of, found: ${line}`);
  };
  const open = () => embeddedEventLog({ dir: folder.path, clock: systemClock, maxTopicBytes: 1e9, warn });
  beforeAll(async () => {
    folder = await temporaryFolder();
    log = await open();
  });
  afterAll(async () => {
    await log.close();
    await folder.remove();
  });
  eventLogSuite({
    log: () => log,
    deleteTopic: async (topic) => {
      await log.close();
      await rm(join(folder.path, 'topics', topic), { recursive: true });
      log = await open();
    },
    reopen: async () => {
      await log.close();
      log = await open();
    },
  });
});
