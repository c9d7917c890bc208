import { type RejectionReason, rejectionReasons } from '../pipeline/outcome.ts';
import { ApiError } from './api-error.ts';
import { letterListSchema, letterSchema, replaySchema } from './dead-letter-schemas.ts';
import { listOf, objectSchema } from './metric-schemas.ts';
import { choiceParameter, flagParameter, limitParameter, textParameter, wholeNumber } from './parameters.ts';
import type { ApiRequest, ApiRoute } from './route.ts';

/** Selects dead letters. */
export interface AskedLetters {
  readonly stream?: string;
  readonly reason?: RejectionReason;
  readonly path?: string;
  readonly place?: { readonly kafkaPartition: number; readonly kafkaOffset: number };
}

/** A dead letter in a list. */
export interface LetterRow {
  readonly stream: string;
  readonly topic: string;
  readonly incarnation: number;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
  /** ISO 8601. */
  readonly ingested_at: string;
  readonly reason: string;
  /** The first failing field; empty for the whole record. */
  readonly path: string;
  readonly detail: string;
  /** True if no row of its table has its position. */
  readonly is_open: boolean;
}

export interface WholeLetter extends LetterRow {
  readonly key: string | null;
  readonly payload: string | null;
  /** JSON text. */
  readonly headers: string | null;
  readonly contract_version: number | null;
}

export interface LetterGroup {
  readonly stream: string;
  readonly reason: string;
  readonly path: string;
  readonly open: number;
  readonly letters: number;
  readonly newest: string;
}

export interface LetterList {
  /** By stream, reason and path; groups with the most open letters come first. */
  readonly groups: readonly LetterGroup[];
  /** Newest first. */
  readonly letters: readonly LetterRow[];
}

export interface Replayed {
  /** Letters that are now rows; in a dry run, letters that would be. */
  readonly made: number;
  readonly left: number;
  readonly by_others: number;
  readonly rows_before: number;
  /** Rows that were made in tables refined from the stream. */
  readonly refined_rows: number;
  /** Events of replayed letters, by refined table, that it refuses. */
  readonly unrefined: number;
  /** Offsets that live metrics are still waiting for. */
  readonly uncounted: number;
  /** The first letters, each with its outcome. */
  readonly letters: readonly ReplayedLetter[];
}

export interface ReplayedLetter extends Pick<LetterRow, 'kafka_partition' | 'kafka_offset' | 'reason' | 'path'> {
  /** Null if the letter is, or would be, a row. */
  readonly stays_because: string | null;
}

export interface DeadLetterPorts {
  readonly deadLetters: {
    list(asked: AskedLetters, shown: { readonly limit: number; readonly all: boolean }): Promise<LetterList>;
    /** Every letter at the position: a topic that was recreated may have several. */
    whole(asked: Required<Pick<AskedLetters, 'stream' | 'place'>>): Promise<readonly WholeLetter[]>;
    /** Null if no contract declares the stream. */
    replay(asked: AskedLetters & { readonly stream: string }, isDry: boolean): Promise<Replayed | null>;
  };
}

const streamParameter = textParameter('stream', 'Only those of this stream.');
const reasonParameter = choiceParameter('reason', 'Only those with this reason.', rejectionReasons);
const pathParameter = textParameter('path', 'Only those whose first failing field is this one.');
const allParameter = flagParameter('all', 'Those that have become rows, too.');
const kafkaPartitionParameter = wholeNumber('kafka_partition', 'Only that of this position, together with `offset`.');
const offsetParameter = wholeNumber('offset', 'Only that of this position, together with `kafka_partition`.');
const dryRunParameter = flagParameter('dry_run', 'Write nothing: answer what would be done.');
const shownParameter = limitParameter(100);

const SELECTION = [streamParameter, reasonParameter, pathParameter] as const;
const POSITION = [kafkaPartitionParameter, offsetParameter] as const;
const LETTER = [
  { ...streamParameter, description: 'Its stream.' },
  { ...kafkaPartitionParameter, description: 'Of its record.' },
  { ...offsetParameter, description: 'Of its record.' },
] as const;

/** `weir dlq` over HTTP. It needs the lake's files, so it is only served locally. */
export const deadLetterRoutes: readonly ApiRoute<DeadLetterPorts>[] = [
  {
    method: 'GET',
    path: '/dead-letters',
    operationId: 'getDeadLetters',
    tag: 'dead letters',
    summary: 'Group the dead letters by stream, reason and path',
    parameters: [...SELECTION, allParameter, shownParameter],
    responses: { 200: { description: 'Newest first.', content: { 'application/json': letterListSchema } } },
    errors: [],
    async handle(request, { deadLetters }) {
      const shown = { limit: request.value(shownParameter), all: request.value(allParameter) };
      return { body: await deadLetters.list(selection(request), shown) };
    },
  },
  {
    method: 'GET',
    path: '/dead-letters/{stream}/{kafka_partition}/{offset}',
    operationId: 'getDeadLetter',
    tag: 'dead letters',
    summary: 'Get a dead letter',
    variables: LETTER,
    parameters: [],
    responses: {
      200: {
        description: 'The dead letter. If the topic was recreated, every letter at this position.',
        content: { 'application/json': objectSchema({ letters: listOf(letterSchema) }) },
      },
    },
    errors: ['not_found'],
    async handle({ variable }, { deadLetters }) {
      const stream = variable('stream');
      const place = {
        kafkaPartition: kafkaPartitionParameter.read(variable('kafka_partition')) ?? 0,
        kafkaOffset: offsetParameter.read(variable('offset')) ?? 0,
      };
      const letters = await deadLetters.whole({ stream, place });
      if (letters.length > 0) return { body: { letters } };
      throw new ApiError(
        'not_found',
        'expected the position of a dead letter, found one that has none; GET /dead-letters lists them',
      );
    },
  },
  {
    method: 'POST',
    path: '/dead-letters/replay',
    operationId: 'replayDeadLetters',
    tag: 'dead letters',
    summary: 'Replay open dead letters that the contract now accepts',
    description:
      'Each letter becomes one row at the position of its record, however often the request is repeated. `stream` is required.',
    parameters: [...SELECTION, ...POSITION, dryRunParameter],
    responses: { 200: { description: 'What the replay did.', content: { 'application/json': replaySchema } } },
    errors: ['not_found'],
    async handle(request, { deadLetters }) {
      const asked = selection(request);
      const { stream } = asked;
      if (stream === undefined) {
        throw new ApiError('invalid_parameter', 'expected the stream whose letters are replayed, found none; name it', {
          parameter: 'stream',
        });
      }
      const place = position(request);
      const meant = { ...asked, stream, ...(place && { place }) };
      const replayed = await deadLetters.replay(meant, request.value(dryRunParameter));
      if (replayed === null) {
        throw new ApiError('not_found', 'expected a stream of this project, found another; GET /status lists them');
      }
      return { body: replayed };
    },
  },
];

function selection(request: ApiRequest): AskedLetters {
  const [stream, reason, path] = [streamParameter, reasonParameter, pathParameter].map((one) => request.value(one));
  return {
    ...(stream !== undefined && { stream }),
    ...(reason !== undefined && { reason: reason as RejectionReason }),
    ...(path !== undefined && { path }),
  };
}

function position(request: ApiRequest): AskedLetters['place'] {
  const kafkaPartition = request.value(kafkaPartitionParameter);
  const kafkaOffset = request.value(offsetParameter);
  if (kafkaPartition === undefined && kafkaOffset === undefined) return undefined;
  if (kafkaPartition !== undefined && kafkaOffset !== undefined) return { kafkaPartition, kafkaOffset };
  const parameter = kafkaPartition === undefined ? 'kafka_partition' : 'offset';
  throw new ApiError('invalid_parameter', 'expected kafka_partition and offset together, found one of them', {
    parameter,
  });
}
