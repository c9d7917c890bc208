import { mkdir } from 'node:fs/promises';
import zlib from 'node:zlib';
import { expect, it } from 'vitest';
import { WriterLockedError } from '../../lib/adapters/embedded/writer-lock.ts';
import { openKafkaLog, openPipelineLog } from '../../lib/local/event-log.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { readSettings } from '../../lib/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testClock } from '../support/test-clock.ts';

const open = (environment: Record<string, string>) =>
  openKafkaLog({
    folder: dataFolder('nowhere'),
    settings: readSettings({ WEIR_BROKERS: 'localhost:1', ...environment }),
    clock: testClock(0),
    warn: () => {},
  });

it('a compression that this Node cannot write is refused before anything is sent, with what to do', async () => {
  const opened = open({ WEIR_KAFKA_COMPRESSION: 'zstd' });
  if ('zstdCompressSync' in zlib) await (await opened).close();
  else await expect(opened).rejects.toThrow(/^WEIR_KAFKA_COMPRESSION: writing zstd needs Node 22\.15 or newer, found /);
});

it('a login that is not complete is refused before anybody is asked', async () => {
  await expect(open({ WEIR_KAFKA_SECURITY: 'sasl_ssl' })).rejects.toThrow(/^WEIR_KAFKA_USERNAME: expected /);
});

it('a data folder is one pipeline’s until its log is closed, on Kafka too, and nobody’s when it could not be opened', async () => {
  const folder = await temporaryFolder();
  const openPipeline = (environment: Record<string, string> = {}) =>
    openPipelineLog({
      folder: dataFolder(folder.path),
      settings: readSettings({ WEIR_BROKERS: 'localhost:1', ...environment }),
      clock: testClock(0),
      warn: () => {},
    });
  try {
    await mkdir(dataFolder(folder.path).log, { recursive: true });
    await expect(openPipeline({ WEIR_KAFKA_SECURITY: 'sasl_ssl' })).rejects.toThrow(/^WEIR_KAFKA_USERNAME/);
    const log = await openPipeline();
    await expect(openPipeline()).rejects.toThrow(WriterLockedError);
    await log.close();
    await (await openPipeline()).close();
  } finally {
    await folder.remove();
  }
});
