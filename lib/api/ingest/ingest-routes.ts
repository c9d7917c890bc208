import type { Contract } from '../../contracts/contract.ts';
import { eventsPath, ingestedStreams } from '../../derive/ingested-streams.ts';
import { topicOf } from '../../derive/topic.ts';
import { type Ingester, type IngesterOptions, ingester } from '../../pipeline/ingest/ingest.ts';
import { ApiError } from '../api-error.ts';
import { flagParameter } from '../parameters.ts';
import type { ApiRoute } from '../route.ts';
import { ingestAnswer, RETRY_LATER } from './ingest-answer.ts';
import { acceptedSchema, ingestErrorSchema } from './ingest-schemas.ts';
import { type BodyLimits, requestEvents } from './request-events.ts';

/** What the ingest routes require. */
export interface IngestPorts {
  /** By stream name, for every stream that accepts events. */
  readonly ingesters: ReadonlyMap<string, OpenIngester>;
  readonly limits: BodyLimits;
  /** Called once per request with the reason why events were not acknowledged. */
  readonly report: (error: Error) => void;
}

interface OpenIngester extends Ingester {
  readonly topic: string;
}

interface IngestersOptions extends Omit<IngesterOptions, 'contract' | 'topic'> {
  readonly contracts: readonly Contract[];
  /** Stream to topic, for topics whose name differs from the stream's. */
  readonly topics: ReadonlyMap<string, string>;
}

/** One ingester for each stream that accepts events; they live as long as the process. */
export function openIngesters({ contracts, topics, ...options }: IngestersOptions): IngestPorts['ingesters'] {
  const open = ingestedStreams(contracts).map((contract) => {
    const topic = topicOf(contract, topics);
    return [contract.name, { topic, ...ingester({ ...options, contract, topic }) }] as const;
  });
  return new Map(open);
}

/** `POST /events/{stream}`, for each stream that accepts external events. */
export function ingestRoutes(contracts: readonly Contract[]): readonly ApiRoute<IngestPorts>[] {
  return [...ingestedStreams(contracts).map(ingestRoute), unknownStreamRoute(contracts)];
}

const allOrNothing = flagParameter(
  'all_or_nothing',
  'Takes no event where one of them is refused. A log that fails in the midst may have taken some all the same.',
);

function ingestRoute(contract: Contract): ApiRoute<IngestPorts> {
  const { name, description } = contract;
  return {
    method: 'POST',
    path: eventsPath(contract),
    operationId: `postEvents_${name.replaceAll(/[.-]/g, '_')}`,
    tag: 'events',
    summary: `Send ${name} events`,
    description: `${description} ${HOW_TO_SEND}`,
    parameters: [allOrNothing],
    takes: contract,
    responses: {
      202: {
        description: 'Every event is durable on every in-sync replica of the log.',
        content: { 'application/json': acceptedSchema },
      },
    },
    errors: [
      'invalid_parameter',
      'invalid_body',
      'events_refused',
      'too_large',
      'unsupported_media_type',
      'too_many_requests',
      'unavailable',
    ],
    errorSchema: ingestErrorSchema,
    async handle(request, { ingesters, limits, report }) {
      const ingester = ingesters.get(name);
      if (ingester === undefined) throw new Error(`${name}: expected an ingester, found none`);
      const events = await requestEvents(request.raw, limits);
      const ingested = await ingester.ingest(events, { allOrNothing: request.value(allOrNothing) });
      if (ingested === 'busy') throw busy();
      if (ingested.trouble !== undefined) report(ingested.trouble);
      return ingestAnswer(ingester.topic, ingested);
    },
  };
}

const HOW_TO_SEND =
  'Send one event, an array of events, or one event per line. The response gives, for each event, its position or why it was ' +
  'refused; the valid events of a mixed request are accepted. There is no idempotency key: retrying a request that timed out ' +
  'can send its events twice.';

function busy(): ApiError {
  const message = 'too many events are waiting for the log; no event of this request was accepted: send it again later';
  return new ApiError('too_many_requests', message, { headers: RETRY_LATER });
}

function unknownStreamRoute(contracts: readonly Contract[]): ApiRoute<IngestPorts> {
  return {
    method: 'POST',
    path: '/events/{stream}',
    isUnlisted: true,
    operationId: 'postEvents',
    tag: 'events',
    summary: 'List the streams that accept events',
    parameters: [allOrNothing],
    responses: {},
    errors: ['not_found'],
    async handle(request) {
      throw noSuchStream(contracts, request.variable('stream'));
    },
  };
}

function noSuchStream(contracts: readonly Contract[], stream: string): ApiError {
  const refinedFrom = contracts.find(({ name }) => name === stream)?.refinedFrom;
  if (refinedFrom !== undefined && refinedFrom !== null) {
    return new ApiError('not_found', `${stream} is made by Weir out of ${refinedFrom}: send events to that stream`);
  }
  const known = ingestedStreams(contracts).map(({ name }) => name);
  return new ApiError('not_found', `expected a stream (${known.join(', ')}), found another`);
}
