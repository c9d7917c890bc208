import { Agent, request as httpRequest } from 'node:http';
import { UnknownTopicError } from '../pipeline/ports.ts';
import type { AppendableLog } from '../pipeline/produce.ts';
import { type PipelineAddress, readPipelineFile } from './pipeline-file.ts';
import type { StreamStatus } from './stream-status.ts';
import { writeAppendRequest } from './wire-records.ts';

/** A pipeline that runs in another process. */
export interface RunningPipeline {
  readonly pid: number;
  readonly log: AppendableLog;
  status(): Promise<readonly StreamStatus[]>;
  close(): void;
}

const TIMEOUT_MS = 30_000;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** The pipeline that runs on the data folder; null where none answers, whatever its `pipeline.json` says. */
export async function runningPipeline(file: string): Promise<RunningPipeline | null> {
  const address = await readPipelineFile(file);
  if (address === null) return null;
  const agent = new Agent({ keepAlive: true });
  const ask = <T>(call: Call) => send<T>(agent, address, call);
  const pipeline: RunningPipeline = {
    pid: address.pid,
    log: {
      kafkaPartitions: async (topic) =>
        (
          await ask<{ readonly kafkaPartitions: number }>({
            method: 'GET',
            path: `/kafka-partitions?topic=${encodeURIComponent(topic)}`,
          })
        ).kafkaPartitions,
      append: (topic, kafkaPartition, records) =>
        ask({ method: 'POST', path: '/append', body: writeAppendRequest({ topic, kafkaPartition, records }) }),
    },
    status: () => ask({ method: 'GET', path: '/status' }),
    close: () => agent.destroy(),
  };
  try {
    await pipeline.status();
    return pipeline;
  } catch {
    pipeline.close();
    return null;
  }
}

/** @throws when the pipeline does not answer with what was asked for, in its own words where it gave any. */
function send<T>(agent: Agent, { pid, port, token }: PipelineAddress, { method, path, body }: Call): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const options = { agent, host: '127.0.0.1', port, method, path, headers, timeout: TIMEOUT_MS };
    const fail = (cause: Error) =>
      reject(new Error(`the pipeline (process ${pid}) does not answer on port ${port}: ${cause.message}`, { cause }));
    const sent = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const answer = parsed(Buffer.concat(chunks).toString('utf8'));
        if (response.statusCode === 200) resolve(answer);
        else if (response.statusCode === 404) reject(new UnknownTopicError(answer?.error));
        else reject(new Error(`the pipeline (process ${pid}) answers: ${answer?.error ?? response.statusCode}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`nothing came for ${TIMEOUT_MS / 1000} s`)));
    sent.on('error', fail);
    sent.end(body);
  });
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
