import type { FieldType } from '../../contracts/contract.ts';
import type { MetricDefinition } from '../../derive/metric-definitions.ts';
import type { Merge, MetricEntry } from '../metric-store.ts';
import type { DistinctColumn } from './distinct-values.ts';
import { entryName, windowName } from './entry-name.ts';
import type { EventColumns } from './event-columns.ts';
import { type Amount, mergeAmount, wholeValue } from './measured-value.ts';

/** What a set of events adds to a metric. */
export interface Folded {
  readonly entries: readonly MetricEntry[];
  /** Events whose window is no longer kept. */
  readonly expired: number;
}

const MERGES = { count: 'add', sum: 'add', min: 'least', max: 'greatest' } as const satisfies Record<string, Merge>;

/** In a second. */
const MICROSECONDS = 1_000_000;

export function mergesOf({ measures }: MetricDefinition): readonly Merge[] {
  return measures.map(({ op }) => MERGES[op]);
}

/** Whether the window that starts at this time is kept. */
function isKept(startSeconds: number, windowSeconds: number, floorSeconds: number): boolean {
  return startSeconds + windowSeconds > floorSeconds;
}

/** The name below which entries belong to windows that are no longer kept; null for a metric of all time. */
export function oldestKeptName({ windowSeconds }: MetricDefinition, floorSeconds: number): string | null {
  if (windowSeconds === null) return null;
  const startSeconds = Math.floor(floorSeconds / windowSeconds) * windowSeconds;
  return windowName(isKept(startSeconds, windowSeconds, floorSeconds) ? startSeconds : startSeconds + windowSeconds);
}

/** Folds events into one entry per group and window. Any order of the events gives the same entries. */
export function fold(definition: MetricDefinition, events: EventColumns, floorSeconds: number): Folded {
  const { by, measures, windowSeconds } = definition;
  const windows = windowSeconds === null ? null : windowColumn(events, windowSeconds, floorSeconds);
  const fields = by.map((field) => events.distinct(field));
  const groups = [...(windows === null ? [] : [windows]), ...fields].reduce(combined, oneGroup(events.times.length));
  const merges = mergesOf(definition);
  const totals = measures.map(({ field }, index) =>
    groupTotals(merges[index] ?? 'add', field === null ? null : events.amounts(field), groups),
  );
  const entries = firstEvents(groups).map((event, group) => {
    const text = groupText(by.map(({ type }, index) => [type, valueAt(fields[index], event)]));
    const startSeconds = windows === null ? null : (valueAt(windows, event) as number);
    return { ...entryName(text, startSeconds), values: totals.map((values) => wholeValue(values[group] ?? null)) };
  });
  return { entries, expired: windows?.expired ?? 0 };
}

/** An event that is left out has no group and no value. */
const NONE = -1;

/** Which group each event belongs to. */
interface Groups {
  readonly ids: Int32Array;
  readonly count: number;
}

function oneGroup(events: number): Groups {
  return { ids: new Int32Array(events), count: Math.min(events, 1) };
}

/** Divides groups by the values of a column. */
function combined({ ids, count }: Groups, column: DistinctColumn): Groups {
  const divided = new Int32Array(ids.length);
  const known = new Map<number, number>();
  for (let event = 0; event < ids.length; event++) {
    const id = column.ids[event] as number;
    const pair = id === NONE || ids[event] === NONE ? NONE : id * count + (ids[event] as number);
    let group = pair === NONE ? NONE : known.get(pair);
    if (group === undefined) {
      group = known.size;
      known.set(pair, group);
    }
    divided[event] = group;
  }
  return { ids: divided, count: known.size };
}

/** Merges the amounts of each group's events; without amounts, counts the events. */
function groupTotals(merge: Merge, amounts: readonly Amount[] | null, { ids, count }: Groups): readonly Amount[] {
  const totals = Array<Amount>(count).fill(null);
  for (let event = 0; event < ids.length; event++) {
    const group = ids[event] as number;
    if (group === NONE) continue;
    totals[group] = mergeAmount(merge, totals[group] ?? null, amounts === null ? 1 : (amounts[event] ?? null));
  }
  return totals;
}

/** The first event of each group. */
function firstEvents({ ids, count }: Groups): readonly number[] {
  const first = Array<number>(count).fill(NONE);
  for (let event = ids.length - 1; event >= 0; event--) {
    const group = ids[event] as number;
    if (group !== NONE) first[group] = event;
  }
  return first;
}

function valueAt(column: DistinctColumn | undefined, event: number): unknown {
  return column?.values[column.ids[event] ?? NONE];
}

/** The start of each event's window, in seconds since 1970; events whose window is no longer kept have none. */
function windowColumn({ times }: EventColumns, windowSeconds: number, floorSeconds: number) {
  const values: number[] = [];
  const known = new Map<number, number>();
  let expired = 0;
  const ids = times.map((time) => {
    const startSeconds = Math.floor(Math.floor(time / MICROSECONDS) / windowSeconds) * windowSeconds;
    if (!isKept(startSeconds, windowSeconds, floorSeconds)) {
      expired++;
      return NONE;
    }
    const id = known.get(startSeconds) ?? values.push(startSeconds) - 1;
    if (id === known.size) known.set(startSeconds, id);
    return id;
  });
  return { ids, values, expired };
}

/** A group's values as a JSON array; whole numbers that a double cannot hold are text. */
export function groupText(values: readonly (readonly [FieldType, unknown])[]): string {
  return `[${values.map(([type, value]) => groupValueText(type, value)).join(',')}]`;
}

function groupValueText(type: FieldType, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const text = String(value);
  switch (type.kind) {
    case 'boolean':
      return text;
    case 'integer':
    case 'bigint':
      return Number.isSafeInteger(Number(text)) ? text : JSON.stringify(text);
    default:
      return JSON.stringify(text);
  }
}
