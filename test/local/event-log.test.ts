import zlib from 'node:zlib';
import { expect, it } from 'vitest';
import { openKafkaLog } from '../../lib/local/event-log.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { readSettings } from '../../lib/settings.ts';
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
