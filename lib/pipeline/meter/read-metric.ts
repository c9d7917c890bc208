import { createHash } from 'node:crypto';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { MetricEntry, MetricStore, Shard } from '../metric-store.ts';
import { epochMs } from '../timestamps.ts';
import { type GroupValue, parseEntryName, windowName } from './entry-name.ts';
import { mergesOf, oldestKeptName } from './fold.ts';
import { shownValue } from './measured-value.ts';
import { mergedEntries } from './merged-entries.ts';
import { type CountedMetric, parseShardState, type ShardState } from './shard-state.ts';

/** A metric that can be queried: its definition, and how late its stream's events may be. */
export interface AskedMetric {
  readonly definition: MetricDefinition;
  readonly allowedLatenessSeconds: number;
}

/** The combined state of all shards of a metric. */
export interface MetricState {
  /** Changes whenever a figure of the metric may have changed. */
  readonly revision: string;
  /** The newest Kafka timestamp that is counted, `2026-01-31T13:00:00.000Z`; null before the first record. */
  readonly asOf: string | null;
  /** False if something has not yet been counted from the lake. */
  readonly isComplete: boolean;
  /** Events that came after their window was no longer kept. */
  readonly expired: number;
  /** Canonical timestamp; null before the first event. */
  readonly greatestEventTime: string | null;
  /** Windows that end at or before this are not kept, in seconds since 1970. */
  readonly windowFloorSeconds: number;
  /** The shards that count the metric. */
  readonly shards: readonly Shard[];
}

/** The figures of one group, as JSON shows them. */
export interface MetricRow {
  /** By field: `{"country": "Italy"}`. */
  readonly group: Readonly<Record<string, GroupValue>>;
  /** By figure: `{"count": 1, "sum_amount": 70}`. */
  readonly values: Readonly<Record<string, number | string | null>>;
  readonly window?: MetricRowWindow;
}

interface MetricRowWindow {
  /** `2026-01-31T10:45:00Z` */
  readonly start: string;
  readonly end: string;
  /**
   * The stream's event time has passed the window's end and the allowed lateness: later events still change it, but are
   * not expected.
   */
  readonly closed: boolean;
}

/** Window starts, in seconds since 1970, half-open; has no effect on a metric of all time. */
export interface WindowRange {
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
}

type ReadStore = Pick<MetricStore, 'read' | 'shards'>;

/** Returns what `metricState` has as `revision`, without computing the rest of the state. */
export async function metricRevision(store: ReadStore, { definition }: AskedMetric): Promise<string> {
  const { texts } = await readShards(store, definition);
  return revisionOf(definition, texts);
}

async function readShards(store: ReadStore, { stream }: MetricDefinition) {
  const shards = await store.shards(stream);
  return { shards, texts: await Promise.all(shards.map((shard) => store.read(shard))) };
}

function revisionOf({ id }: MetricDefinition, texts: readonly (string | null)[]): string {
  return createHash('sha256')
    .update(JSON.stringify([id, texts]))
    .digest('hex')
    .slice(0, 32);
}

export async function metricState(store: ReadStore, { definition }: AskedMetric): Promise<MetricState> {
  const { shards, texts } = await readShards(store, definition);
  const counting = shards.flatMap((shard, index) => {
    const state = texts[index] ? parseShardState(texts[index]) : undefined;
    const metric = state?.metrics.find(({ id }) => id === definition.id);
    return state === undefined ? [] : [{ shard, state, metric }];
  });
  const newestMs = counting.reduce((newest, { state }) => Math.max(newest, state.newestTimestampMs), -1);
  return {
    revision: revisionOf(definition, texts),
    asOf: newestMs < 0 ? null : new Date(newestMs).toISOString(),
    isComplete: counting.every(({ state, metric }) => metric !== undefined && hasCountedAll(state, metric)),
    expired: counting.reduce((sum, { metric }) => sum + (metric?.expired ?? 0), 0),
    greatestEventTime: counting.reduce<string | null>(
      (greatest, { state: { greatestEventTime: own } }) => (own !== null && own > (greatest ?? '') ? own : greatest),
      null,
    ),
    windowFloorSeconds: counting.reduce((floor, { state }) => Math.max(floor, state.windowFloorSeconds), 0),
    shards: counting.filter(({ metric }) => metric !== undefined).map(({ shard }) => shard),
  };
}

/** Whether every offset from 0 on is counted. */
function hasCountedAll({ covered }: ShardState, { missing }: CountedMetric): boolean {
  return missing.length === 0 && covered.length <= 1 && (covered[0]?.[0] ?? 0) === 0;
}

/**
 * A metric's entries over all shards, ascending by name; with windows, only those that the stream's event time keeps.
 */
export function keptEntries(
  store: Pick<MetricStore, 'entries'>,
  { definition }: AskedMetric,
  { shards, windowFloorSeconds }: MetricState,
  { fromSeconds, toSeconds }: WindowRange = {},
): AsyncGenerator<MetricEntry> {
  const oldest = oldestKeptName(definition, windowFloorSeconds);
  const from = oldest === null || fromSeconds === undefined ? oldest : laterName(oldest, windowName(fromSeconds));
  const range = {
    ...(from === null ? {} : { from }),
    ...(oldest === null || toSeconds === undefined ? {} : { before: windowName(toSeconds) }),
  };
  return mergedEntries(store, shards, { metric: definition.id, merges: mergesOf(definition), range });
}

const laterName = (one: string, other: string) => (one > other ? one : other);

export function metricRow(
  { definition, allowedLatenessSeconds }: AskedMetric,
  { greatestEventTime }: MetricState,
  { name, label, values }: MetricEntry,
): MetricRow {
  const { by, measures, windowSeconds } = definition;
  const { startSeconds, group } = parseEntryName(name, label);
  const row = {
    group: Object.fromEntries(by.map(({ path }, index) => [path, group[index] ?? null])),
    values: Object.fromEntries(
      measures.map(({ name: measure, field }, index) => [
        measure,
        shownValue(field?.type ?? null, values[index] ?? null),
      ]),
    ),
  };
  if (startSeconds === null || windowSeconds === null) return row;
  const endSeconds = startSeconds + windowSeconds;
  const passedMs = greatestEventTime === null ? Number.NEGATIVE_INFINITY : epochMs(greatestEventTime);
  const closed = passedMs >= (endSeconds + allowedLatenessSeconds) * 1000;
  return { ...row, window: { start: secondsText(startSeconds), end: secondsText(endSeconds), closed } };
}

/** `2026-01-31T10:45:00Z` */
export function secondsText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
