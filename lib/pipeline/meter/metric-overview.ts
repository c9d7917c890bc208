import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { MetricEntry, MetricStore } from '../metric-store.ts';
import { epochMs } from '../timestamps.ts';
import { parseEntryName } from './entry-name.ts';
import { mergeValues } from './entry-values.ts';
import { mergesOf } from './fold.ts';
import { shownValue } from './measured-value.ts';
import { compareNames } from './merged-entries.ts';
import {
  type AskedMetric,
  keptEntries,
  type MetricRow,
  type MetricState,
  metricRow,
  secondsText,
} from './read-metric.ts';

/** A metric as one screen shows it, however many groups it has. */
export interface MetricOverview {
  /** The number of groups; with windows, those that have one in the shown range. */
  readonly groups: number;
  /** Every figure over all of these groups; with windows, over the shown range. */
  readonly total: MetricRow['values'];
  readonly order: MetricOrder;
  /** The first groups in that order, at most `MAX_ROWS`; with windows, the newest one of each group. */
  readonly rows: readonly MetricRow[];
  /** null for a metric of all time. */
  readonly series: MetricSeries | null;
}

/** The figure that matters most: the first sum, else the count, else the first minimum or maximum. */
interface MetricOrder {
  readonly figure: string;
  /** Ascending for a minimum: the smallest offer comes first. */
  readonly direction: 'ascending' | 'descending';
}

/** The figure of the order over the shown range of windows. */
interface MetricSeries {
  /** `2026-01-31T10:45:00Z`: one window per point, ascending, without gaps. */
  readonly starts: readonly string[];
  /** The groups with the highest figure in the range, at most `MAX_LINES`. A window without events has null. */
  readonly lines: readonly SeriesLine[];
}

interface SeriesLine {
  readonly group: MetricRow['group'];
  readonly points: readonly MetricRow['values'][string][];
}

export const MAX_ROWS = 20;
export const MAX_LINES = 6;
/** The number of windows shown: an hour if each is a minute. */
const SHOWN_WINDOWS = 60;

type Values = MetricEntry['values'];

/** A group's newest entry; all of its entries merged; and the ordering figure by window's start. */
interface Group {
  newest: MetricEntry;
  total: Values;
  readonly points: Map<number, bigint | null>;
}

export async function metricOverview(
  store: Pick<MetricStore, 'entries'>,
  metric: AskedMetric,
  state: MetricState,
): Promise<MetricOverview> {
  const { definition } = metric;
  const { index, order } = orderOf(definition);
  const starts = shownStarts(definition, state);
  const groups = new Map<string, Group>();
  let total: Values = definition.measures.map(() => null);
  const merges = mergesOf(definition);
  const range = starts?.[0] === undefined ? {} : { fromSeconds: starts[0] };
  for await (const entry of keptEntries(store, metric, state, range)) {
    total = mergeValues(merges, total, entry.values);
    const { key, startSeconds } = groupOf(entry);
    const group = groups.get(key);
    const points = group?.points ?? new Map();
    if (startSeconds !== null) points.set(startSeconds, entry.values[index] ?? null);
    groups.set(key, {
      newest: entry,
      total: group === undefined ? entry.values : mergeValues(merges, group.total, entry.values),
      points,
    });
  }
  const ordered = (figureOf: (group: Group) => bigint | null) =>
    [...groups.values()].sort(byFigure(figureOf, order.direction));
  const row = ({ newest }: Group) => metricRow(metric, state, newest);
  return {
    groups: groups.size,
    total: shownValues(definition, total),
    order,
    rows: ordered(({ newest }) => newest.values[index] ?? null)
      .slice(0, MAX_ROWS)
      .map(row),
    series: starts && {
      starts: starts.map(secondsText),
      lines: ordered((group) => group.total[index] ?? null)
        .slice(0, MAX_LINES)
        .map((group) => ({
          group: row(group).group,
          points: starts.map((start) => shownFigure(definition, index, group.points.get(start) ?? null)),
        })),
    },
  };
}

function orderOf({ measures }: MetricDefinition): { readonly index: number; readonly order: MetricOrder } {
  const summed = measures.findIndex(({ op }) => op === 'sum');
  const index = Math.max(summed, 0);
  const measure = measures[index];
  return {
    index,
    order: { figure: measure?.name ?? '', direction: measure?.op === 'min' ? 'ascending' : 'descending' },
  };
}

/**
 * The start of each shown window, in seconds since 1970; null for a metric of all time. They end at the newest event,
 * but not after the newest record: an event dated tomorrow would leave no window of today on the screen.
 */
function shownStarts({ windowSeconds }: MetricDefinition, state: MetricState): readonly number[] | null {
  if (windowSeconds === null) return null;
  const { greatestEventTime, asOf } = state;
  if (greatestEventTime === null || asOf === null) return [];
  const newestSeconds = Math.min(epochMs(greatestEventTime), Date.parse(asOf)) / 1000;
  const last = Math.floor(newestSeconds / windowSeconds) * windowSeconds;
  return Array.from({ length: SHOWN_WINDOWS }, (_, index) => last - (SHOWN_WINDOWS - 1 - index) * windowSeconds);
}

/** The group without its window. */
function groupOf({ name, label }: MetricEntry) {
  const { startSeconds, group } = parseEntryName(name, label);
  return { key: JSON.stringify(group), startSeconds };
}

/** Orders groups by a figure; groups without it come last, ties are ordered by name. */
function byFigure(figureOf: (group: Group) => bigint | null, direction: MetricOrder['direction']) {
  return (one: Group, other: Group): number => {
    const [left, right] = [figureOf(one), figureOf(other)];
    if (left === right) return compareNames(one.newest.name, other.newest.name);
    if (left === null || right === null) return left === null ? 1 : -1;
    return left < right === (direction === 'ascending') ? -1 : 1;
  };
}

function shownValues(definition: MetricDefinition, values: Values): MetricRow['values'] {
  return Object.fromEntries(
    definition.measures.map(({ name }, index) => [name, shownFigure(definition, index, values[index] ?? null)]),
  );
}

function shownFigure({ measures }: MetricDefinition, index: number, value: bigint | null) {
  return shownValue(measures[index]?.field?.type ?? null, value);
}
