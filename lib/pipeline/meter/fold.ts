import type { FieldType } from '../../contracts/contract.ts';
import type { MetricDefinition, MetricField } from '../../derive/metric-definitions.ts';
import type { Merge, MetricEntry } from '../metric-store.ts';
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
export function fold(
  { by, measures, ...definition }: MetricDefinition,
  events: EventColumns,
  floorSeconds: number,
): Folded {
  const merges = mergesOf({ ...definition, by, measures });
  const amounts = measures.map(({ field }) => (field === null ? null : events.amounts(field)));
  const starts = windowStarts(events, definition.windowSeconds);
  const groupOf = groupFinder(by, events, measures.length);
  let expired = 0;
  for (let event = 0; event < events.length; event++) {
    const startSeconds = starts?.[event] ?? null;
    if (startSeconds !== null && !isKept(startSeconds, definition.windowSeconds ?? 0, floorSeconds)) {
      expired++;
      continue;
    }
    const { values } = groupOf(event, startSeconds);
    // Updated in place: a copy for each event would be most of the work.
    for (let index = 0; index < values.length; index++) {
      const column = amounts[index] ?? null;
      const amount = column === null ? 1 : (column[event] ?? null);
      values[index] = mergeAmount(merges[index] ?? 'add', values[index] ?? null, amount);
    }
  }
  const entries = groupOf.found.map(({ text, startSeconds, values }) => ({
    ...entryName(text, startSeconds),
    values: values.map(wholeValue),
  }));
  return { entries, expired };
}

/** A group, in one window if the metric has windows, while it is folded. */
interface Group {
  readonly text: string;
  readonly startSeconds: number | null;
  readonly values: Amount[];
}

/**
 * Finds the group of an event, and keeps all groups found so far. A group's text is made once, not for each of its
 * events.
 */
function groupFinder(by: readonly MetricField[], events: EventColumns, measures: number) {
  const columns = by.map((field) => events.values(field));
  const [only] = columns;
  const textOf = (event: number) => groupText(by.map(({ type }, index) => [type, columns[index]?.[event]]));
  const keyOf = by.length === 1 ? (event: number) => only?.[event] ?? null : textOf;
  const windows = new Map<number | null, Map<unknown, Group>>();
  const found: Group[] = [];
  const groupOf = (event: number, startSeconds: number | null): Group => {
    const groups = windows.get(startSeconds) ?? new Map<unknown, Group>();
    if (groups.size === 0) windows.set(startSeconds, groups);
    const key = by.length === 0 ? null : keyOf(event);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = { text: textOf(event), startSeconds, values: Array<Amount>(measures).fill(null) };
    groups.set(key, group);
    found.push(group);
    return group;
  };
  return Object.assign(groupOf, { found });
}

/** The start of each event's window, in seconds since 1970; null for a metric of all time. */
function windowStarts(events: EventColumns, windowSeconds: number | null): readonly number[] | null {
  if (windowSeconds === null) return null;
  return events.eventSeconds().map((seconds) => Math.floor(seconds / windowSeconds) * windowSeconds);
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
