import { ApiError } from './api-error.ts';
import { limitParameter, textParameter, wholeNumber } from './parameters.ts';
import type { ApiRequest, ApiRoute } from './route.ts';
import { fateSchema, streamFactsSchema, streamRowsSchema } from './stream-schemas.ts';

/** A contract's declaration, for people. */
export interface StreamFacts {
  readonly stream: string;
  readonly description: string;
  readonly owner: string;
  readonly version: number;
  readonly topic: string;
  readonly kafka_partitions: number;
  readonly retention_hours: number;
  readonly key: string | null;
  readonly event_time: string;
  readonly identity: string;
  readonly refined_from: string | null;
  /** `lake.shop_purchases` */
  readonly table: string;
  readonly fields: readonly DeclaredField[];
  readonly columns: readonly DeclaredColumn[];
  /** An event that the contract accepts; null if no generator produces one. */
  readonly example: object | null;
}

interface DeclaredField {
  /** The name on the wire. */
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly masked: boolean;
  readonly description: string;
  readonly unit: string | null;
  readonly rule: string | null;
}

interface DeclaredColumn {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

export type Cell = string | number | boolean | null;

/** Rows of the newest non-empty hour. */
export interface StreamRows {
  readonly columns: readonly string[];
  /** Newest first. */
  readonly rows: readonly (readonly Cell[])[];
}

/** What became of a record. `waiting`: it is not in the lake yet, or does not exist. */
export interface Fate {
  readonly state: 'waiting' | 'row' | 'dead_letter';
  readonly row: Readonly<Record<string, Cell>> | null;
}

export interface StreamPorts {
  readonly streams: {
    /** Null if no contract declares the stream; the same holds below. */
    facts(stream: string): StreamFacts | null;
    rows(stream: string, limit: number): Promise<StreamRows | null>;
    fate(stream: string, place: { readonly kafkaPartition: number; readonly offset: number }): Promise<Fate | null>;
  };
}

const stream = textParameter('stream', 'A stream of this project.');
const kafkaPartition = wholeNumber('kafka_partition', 'Of the record.');
const offset = wholeNumber('offset', 'Of the record.');
const limit = limitParameter(20);

/** Streams and the contents of their tables. They read the lake's files, so they are only served locally. */
export const streamRoutes: readonly ApiRoute<StreamPorts>[] = [
  {
    method: 'GET',
    path: '/streams/{stream}',
    operationId: 'getStream',
    tag: 'streams',
    summary: 'Get the contract of a stream',
    variables: [stream],
    parameters: [],
    responses: { 200: { description: 'The contract.', content: { 'application/json': streamFactsSchema } } },
    errors: ['not_found'],
    async handle(request, { streams }) {
      return { body: found(streams.facts(request.variable('stream'))) };
    },
  },
  {
    method: 'GET',
    path: '/streams/{stream}/rows',
    operationId: 'getStreamRows',
    tag: 'streams',
    summary: 'Get the newest rows of a stream’s table',
    variables: [stream],
    parameters: [limit],
    responses: {
      200: {
        description: 'Rows of the newest hour that has any.',
        content: { 'application/json': streamRowsSchema },
      },
    },
    errors: ['not_found'],
    async handle(request, { streams }) {
      return { body: found(await streams.rows(request.variable('stream'), request.value(limit))) };
    },
  },
  {
    method: 'GET',
    path: '/streams/{stream}/records/{kafka_partition}/{offset}',
    operationId: 'getRecordFate',
    tag: 'streams',
    summary: 'Find out whether a record became a row or a dead letter',
    variables: [stream, kafkaPartition, offset],
    parameters: [],
    responses: { 200: { description: 'Where the record is now.', content: { 'application/json': fateSchema } } },
    errors: ['not_found'],
    async handle(request, { streams }) {
      const place = { kafkaPartition: variable(request, kafkaPartition), offset: variable(request, offset) };
      return { body: found(await streams.fate(request.variable('stream'), place)) };
    },
  },
];

function variable(request: ApiRequest, { name, read }: typeof offset): number {
  return read(request.variable(name)) ?? 0;
}

function found<T>(answer: T | null): T {
  if (answer !== null) return answer;
  throw new ApiError('not_found', 'expected a stream of this project, found another; GET /status lists them');
}
