import { ApiError } from '../../api/api-error.ts';
import { textParameter } from '../../api/parameters.ts';
import { requestBody } from '../../api/request-body.ts';
import type { ApiRequest, ApiRoute } from '../../api/route.ts';
import type { StreamStatus } from '../../api/stream-status.ts';
import { type EventLog, UnknownTopicError } from '../../pipeline/ports.ts';
import { bearerToken, isSameSecret } from '../server/credentials.ts';
import { readAppendRequest } from './wire-records.ts';

export interface ControlPorts {
  /** The token in `pipeline.json`. */
  readonly token: string;
  readonly log: Pick<EventLog, 'append' | 'kafkaPartitions'>;
  readonly status: () => Promise<readonly StreamStatus[]>;
}

/** Four times a producer's batch, and enough for the longest line that is accepted. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

const topicParameter = textParameter('topic', 'A topic of the log.');

/**
 * Requests to the pipeline from this user's other processes: appending to the log, of which it is the only writer, and
 * its status.
 *
 *     GET  /control/status                          → the streams' status
 *     GET  /control/kafka-partitions?topic=orders   → {"kafkaPartitions": 3}
 *     POST /control/append                          → {"firstOffset": 17}
 */
export const controlRoutes: readonly ApiRoute<ControlPorts>[] = [
  controlRoute('GET', 'status', ({ status }) => status()),
  controlRoute('GET', 'kafka-partitions', async ({ log }, request) => ({
    kafkaPartitions: await known(log.kafkaPartitions(request.value(topicParameter) ?? '')),
  })),
  controlRoute('POST', 'append', async ({ log }, { raw }) => {
    const { topic, kafkaPartition, records } = readAppend(await requestBody(raw, MAX_BODY_BYTES));
    return known(log.append(topic, kafkaPartition, records));
  }),
];

function controlRoute(
  method: 'GET' | 'POST',
  name: string,
  handle: (ports: ControlPorts, request: ApiRequest) => Promise<object>,
): ApiRoute<ControlPorts> {
  return {
    method,
    path: `/control/${name}`,
    isUnlisted: true,
    operationId: `control_${name}`,
    tag: 'control',
    summary: 'For other commands on this machine',
    parameters: [topicParameter],
    responses: {},
    errors: [],
    async handle(request, ports) {
      if (!isSameSecret(bearerToken(request.raw), ports.token)) {
        throw new ApiError('unauthorized', 'expected the token of pipeline.json, found another or none');
      }
      try {
        return { body: await handle(ports, request) };
      } catch (error) {
        // The holder of the token runs the pipeline, so error messages are shown in full.
        throw error instanceof ApiError ? error : new ApiError('internal', messageOf(error), { cause: error });
      }
    },
  };
}

function readAppend(body: Uint8Array) {
  try {
    return readAppendRequest(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw new ApiError('invalid_body', `append: ${messageOf(error)}`, { cause: error });
  }
}

async function known<T>(answered: Promise<T>): Promise<T> {
  try {
    return await answered;
  } catch (error) {
    throw error instanceof UnknownTopicError ? new ApiError('not_found', error.message, { cause: error }) : error;
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
