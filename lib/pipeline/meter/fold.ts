import type { FieldType } from '../../contracts/contract.ts';
import type { MetricDefinition, MetricField } from '../../derive/metric-definitions.ts';
import type { AcceptedEvent } from '../accepted-events.ts';
import type { Merge, MetricEntry } from '../metric-store.ts';
import { epochMs } from '../timestamps.ts';
import { entryName, windowName } from './entry-name.ts';
import { mergeValue } from './entry-values.ts';
import { measuredValue } from './measured-value.ts';

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

/** Whether the window that starts then is kept. */
function isKept(startSeconds: number, windowSeconds: number, floorSeconds: number): boolean {
  return startSeconds + windowSeconds > floorSeconds;
}

/** Names of entries that sort below this are of windows that are no longer kept; null for a metric of all time. */
export function oldestKeptName({ windowSeconds }: MetricDefinition, floorSeconds: number): string | null {
  if (windowSeconds === null) return null;
  const startSeconds = Math.floor(floorSeconds / windowSeconds) * windowSeconds;
  return windowName(isKept(startSeconds, windowSeconds, floorSeconds) ? startSeconds : startSeconds + windowSeconds);
}

/** Folds events into one entry a group and window. Any order of the events gives the same entries. */
export function fold(definition: MetricDefinition, events: readonly AcceptedEvent[], floorSeconds: number): Folded {
  const { by, measures, windowSeconds } = definition;
  const merges = mergesOf(definition);
  const groups = new Map<string, Group>();
  let expired = 0;
  for (const { event, eventTime } of events) {
    const startSeconds = windowSeconds === null ? null : windowStart(eventTime, windowSeconds);
    if (startSeconds !== null && windowSeconds !== null && !isKept(startSeconds, windowSeconds, floorSeconds)) {
      expired++;
      continue;
    }
    const text = groupText(by.map((field) => [field.type, valueAt(event, field)]));
    const key = startSeconds === null ? text : `${startSeconds}${text}`;
    const group = groups.get(key) ?? { text, startSeconds, values: measures.map(() => null) };
    groups.set(key, group);
    // In place: a copy for each event would be most of the work.
    for (let index = 0; index < measures.length; index++) {
      const field = measures[index]?.field ?? null;
      const value = field === null ? 1n : measuredValue(field.type, valueAt(event, field));
      group.values[index] = mergeValue(merges[index] ?? 'add', group.values[index] ?? null, value);
    }
  }
  const entries = [...groups.values()].map(({ text, startSeconds, values }) => ({
    ...entryName(text, startSeconds),
    values,
  }));
  return { entries, expired };
}

/** A group, in one window where there are any, while it is folded. */
interface Group {
  readonly text: string;
  readonly startSeconds: number | null;
  readonly values: (bigint | null)[];
}

function windowStart(eventTime: string, windowSeconds: number): number {
  return Math.floor(epochMs(eventTime) / 1000 / windowSeconds) * windowSeconds;
}

function valueAt(event: Readonly<Record<string, unknown>>, { path }: MetricField): unknown {
  if (!path.includes('.')) return event[path];
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | null)?.[name], event);
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
