import { WriterLockedError } from '../adapters/embedded/writer-lock.ts';
import type { Contract } from '../contracts/contract.ts';
import type { EventLog } from '../pipeline/ports.ts';
import type { AppendableLog } from '../pipeline/produce.ts';
import type { Settings } from '../settings.ts';
import { runningPipeline } from './control/control-client.ts';
import { type OpenEventLogOptions, openEmbeddedLog, openKafkaLog } from './event-log.ts';
import { createTopics } from './topics.ts';

/** A log to append to: Kafka, the data folder's, or through a running pipeline. */
export interface ProducingLog {
  readonly log: AppendableLog;
  close(): Promise<void>;
}

/** A pipeline that has just taken the lock, or is stopping, needs a moment before it responds. */
const WAIT_MS = 10_000;
const RETRY_MS = 200;

/**
 * The log with the stream's topic: the configured brokers, otherwise the log in the data folder, opened directly or
 * through the pipeline that has it open. The lock decides which, so the leftover file of a killed pipeline is harmless.
 * @throws WriterLockedError if another process that is not a pipeline has the log open.
 */
export async function openForProduce(contract: Contract, options: OpenEventLogOptions): Promise<ProducingLog> {
  if (options.settings.brokers !== '') return withTopic(await openKafkaLog(options), contract, options.settings);
  const untilMs = options.clock.now() + WAIT_MS;
  for (;;) {
    try {
      return await withTopic(await openEmbeddedLog(options), contract, options.settings);
    } catch (error) {
      if (!(error instanceof WriterLockedError)) throw error;
      const pipeline = await runningPipeline(options.folder.pipelineFile);
      if (pipeline !== null) return { log: pipeline.log, close: async () => {} };
      if (options.clock.now() >= untilMs) throw error;
      await options.clock.sleep(RETRY_MS);
    }
  }
}

async function withTopic(log: EventLog, contract: Contract, settings: Settings): Promise<ProducingLog> {
  try {
    await createTopics(log, [contract], settings);
    return { log, close: () => log.close() };
  } catch (error) {
    await log.close();
    throw error;
  }
}
