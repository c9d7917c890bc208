import type { StreamStatus } from '../../api/stream-status.ts';
import { UnknownTopicError } from '../../pipeline/ports.ts';
import type { AppendableLog } from '../../pipeline/produce.ts';
import { hostText } from '../server/host-names.ts';
import { type PipelineAddress, readPipelineFile } from './pipeline-file.ts';
import { writeAppendRequest } from './wire-records.ts';

/** A pipeline running in another process. */
export interface RunningPipeline {
  readonly pid: number;
  readonly log: AppendableLog;
  status(): Promise<readonly StreamStatus[]>;
}

const TIMEOUT_MS = 30_000;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** The pipeline running on the data folder; null if none responds, even if `pipeline.json` exists. */
export async function runningPipeline(file: string): Promise<RunningPipeline | null> {
  const address = await readPipelineFile(file);
  if (address === null) return null;
  const ask = <T>(call: Call) => send<T>(address, call);
  const pipeline: RunningPipeline = {
    pid: address.pid,
    log: {
      kafkaPartitions: async (topic) =>
        (
          await ask<{ readonly kafkaPartitions: number }>({
            method: 'GET',
            path: `/control/kafka-partitions?topic=${encodeURIComponent(topic)}`,
          })
        ).kafkaPartitions,
      append: (topic, kafkaPartition, records) =>
        ask({ method: 'POST', path: '/control/append', body: writeAppendRequest({ topic, kafkaPartition, records }) }),
    },
    status: () => ask({ method: 'GET', path: '/control/status' }),
  };
  return pipeline.status().then(
    () => pipeline,
    () => null,
  );
}

/** @throws if the request fails, with the pipeline's own message if there is one. */
async function send<T>(address: PipelineAddress, call: Call): Promise<T> {
  const response = await request(address, call);
  if (response.ok) return (await response.json()) as T;
  const { error } = (await response.json().catch(() => ({}))) as { readonly error?: { readonly message?: string } };
  if (response.status === 404) throw new UnknownTopicError(error?.message);
  throw new Error(`the pipeline (process ${address.pid}) answers: ${error?.message ?? response.status}`);
}

async function request({ pid, host, port, token }: PipelineAddress, { method, path, body }: Call): Promise<Response> {
  try {
    return await fetch(`http://${hostText(host)}:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    // The cause of "fetch failed" is the actual failure.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the pipeline (process ${pid}) does not answer on port ${port}: ${found}`, { cause: error });
  }
}
