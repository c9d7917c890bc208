import { ApiError } from './api-error.ts';
import { auditSchema, lakeHourSchema, lakeSchema } from './lake-schemas.ts';
import { dayParameter, textParameter } from './parameters.ts';
import { revised } from './revised.ts';
import type { ApiRequest, ApiRoute } from './route.ts';

/** One hour of a table of the lake. Null figures: an object could not be read. */
export interface LakeHourFigures {
  /** The folder: `shop_purchases`. */
  readonly table: string;
  /** `2026-01-31T13`, UTC. */
  readonly hour: string;
  /** False if no reader sees it. */
  readonly registered: boolean;
  /** The generation that is shown. */
  readonly generation: number;
  readonly compacted: boolean;
  readonly rows: number | null;
  readonly objects: number;
  readonly bytes: number | null;
  /** Rows written since the hour was compacted. */
  readonly late: number | null;
}

export interface LakeDays {
  /** Days, both inclusive: `2026-01-31`. */
  readonly from: string;
  readonly to: string;
  readonly tables: readonly LakeTableName[];
  /** Hours that have a folder. */
  readonly hours: readonly LakeHourFigures[];
}

export interface LakeTableName {
  /** The folder: `shop_purchases`. */
  readonly table: string;
  /** `lake.shop_purchases` */
  readonly name: string;
  /** Null for dead letters. */
  readonly stream: string | null;
}

/** First and last offset, both inclusive. */
type Range = readonly [number, number];

export interface WholeHour extends LakeHourFigures {
  readonly name: string;
  /** The registered folder; null if there is none. */
  readonly location: string | null;
  /** Every generation with objects, and how many. */
  readonly generations: readonly { readonly generation: number; readonly objects: number }[];
  readonly chains: readonly LakeChain[];
  /** The first objects of the shown generation. */
  readonly listed: readonly LakeObject[];
}

/** The slots of a stream and kafka partition in an hour. */
export interface LakeChain {
  readonly stream: string;
  readonly incarnation: number;
  readonly kafka_partition: number;
  /** The first ranges of covered offsets. */
  readonly covered: readonly Range[];
  readonly covered_ranges: number;
  readonly rows: number;
  readonly rejected: number;
  readonly repeated: number;
  /** ISO 8601; null before the first record. */
  readonly newest: string | null;
}

export interface LakeObject {
  readonly object: string;
  readonly kind: 'rows' | 'amend' | 'seal' | 'compact' | 'part' | 'damaged';
  readonly bytes: number | null;
  readonly kafka_partition: number | null;
  readonly slot: number | null;
  /** The offsets that it added, the first ranges. */
  readonly offsets: readonly Range[];
}

export interface LastAudit {
  /** ISO 8601. */
  readonly began_at: string;
  readonly ended_at: string;
  /** Null for every stream. */
  readonly stream: string | null;
  /** Hours, both inclusive; null without a bound. */
  readonly from: string | null;
  readonly to: string | null;
  readonly hours: number;
  /** Whether live metrics were compared with the lake. */
  readonly compared_live: boolean;
  readonly findings: readonly AuditFinding[];
}

interface AuditFinding {
  readonly kind: string;
  readonly table: string;
  readonly hour: string | null;
  readonly message: string;
  readonly remedy: string;
  /** The command that repairs it; null if a person must. */
  readonly command: string | null;
}

export interface LakePorts {
  readonly lake: {
    /** Days, both inclusive. */
    days(from: string, to: string): Promise<LakeDays>;
    /** Null if the table has no such hour. */
    hour(table: string, hour: string): Promise<WholeHour | null>;
    /** Null if none has left a report. */
    lastAudit(): Promise<LastAudit | null>;
    /** `2026-01-31`, UTC. */
    today(): string;
  };
}

const DAY_MS = 86_400_000;
/** Of a lake of any size, so much is read. */
const MAX_DAYS = 14;

const from = dayParameter('from', 'The first day; the day before the last one if it is left out.');
const to = dayParameter('to', 'The last day; today if it is left out.');
const table = textParameter('table', 'The folder of a table: `shop_purchases`.');
const hour = textParameter('hour', '`2026-01-31T13`, UTC.');

/** The lake's hours, objects and last audit. They read its files, so they are only served locally. */
export const lakeRoutes: readonly ApiRoute<LakePorts>[] = [
  {
    method: 'GET',
    path: '/lake',
    operationId: 'getLake',
    tag: 'lake',
    summary: 'The hours of every table: rows, objects, bytes, generation, and what came late',
    description: `At most ${MAX_DAYS} days; of two days if no other ones are asked for.`,
    parameters: [from, to],
    responses: { 200: { description: 'The hours that have a folder.', content: { 'application/json': lakeSchema } } },
    errors: [],
    isRevised: true,
    async handle(request, { lake }) {
      const days = askedDays(request, lake.today());
      return revised(await lake.days(days.from, days.to));
    },
  },
  {
    method: 'GET',
    path: '/lake/audit',
    operationId: 'getLastAudit',
    tag: 'lake',
    summary: 'What the last audit of the lake has found',
    parameters: [],
    responses: {
      200: { description: 'The report; null before the first audit.', content: { 'application/json': auditSchema } },
    },
    errors: [],
    isRevised: true,
    handle: async (_, { lake }) => revised({ audit: await lake.lastAudit() }),
  },
  {
    method: 'GET',
    path: '/lake/{table}/{hour}',
    operationId: 'getLakeHour',
    tag: 'lake',
    summary: 'One hour of a table: its objects, and the offsets that its chains cover',
    variables: [table, hour],
    parameters: [],
    responses: { 200: { description: 'The hour.', content: { 'application/json': lakeHourSchema } } },
    errors: ['not_found'],
    isRevised: true,
    async handle({ variable }, { lake }) {
      const found = await lake.hour(variable('table'), variable('hour'));
      if (found !== null) return revised(found);
      throw new ApiError(
        'not_found',
        'expected a table and an hour such as /lake/shop_purchases/2026-01-31T13 that the lake has, found another; GET /lake lists them',
      );
    },
  },
];

function askedDays(request: ApiRequest, today: string) {
  const last = request.value(to) ?? today;
  const first = request.value(from) ?? dayBefore(last);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days >= 1 && days <= MAX_DAYS) return { from: first, to: last };
  const found = days < 1 ? 'one that ends before it begins' : `${days} days`;
  throw new ApiError('invalid_parameter', `expected from 1 to ${MAX_DAYS} days, found ${found}`, { parameter: 'from' });
}

const dayBefore = (day: string) => new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10);
