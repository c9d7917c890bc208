import type { MetricStore } from '../metric-store.ts';
import type { GroupValue } from './entry-name.ts';
import { compareNames } from './merged-entries.ts';
import {
  type AskedMetric,
  keptEntries,
  type MetricRow,
  metricRow,
  metricState,
  type WindowRange,
} from './read-metric.ts';

export interface MetricQuestion extends WindowRange {
  /** The maximum number of rows. */
  readonly limit: number;
  /** `next` of the previous answer. */
  readonly next?: string;
  /** Only groups whose fields have these values, as text; `null` means null if the field is not a string. */
  readonly where?: Readonly<Record<string, string>>;
}

export interface MetricAnswer {
  readonly name: string;
  readonly unit: string | null;
  /** The newest Kafka timestamp that is counted; null before the first record. */
  readonly as_of: string | null;
  /** False while something has not yet been counted from the lake. */
  readonly complete: boolean;
  /** Events that came too late for their window. */
  readonly expired: number;
  /** The number of rows that match the question, across all pages. */
  readonly count: number;
  /** The token for the next rows; null if there are none. */
  readonly next: string | null;
  readonly data: readonly MetricRow[];
}

/** An invalid question, and why it is invalid. */
export interface InvalidQuestion {
  readonly invalid: 'next' | 'where' | 'window';
  readonly detail: string;
}

/** One page of a metric, in the order of its groups (of windows: by start). An empty store returns no rows. */
export async function answerMetric(
  store: Pick<MetricStore, 'read' | 'shards' | 'entries'>,
  metric: AskedMetric,
  question: MetricQuestion,
): Promise<MetricAnswer | InvalidQuestion> {
  const { definition } = metric;
  const invalid = invalidQuestion(metric, question);
  if (invalid !== undefined) return invalid;
  const after = question.next === undefined ? null : nameIn(definition.id, question.next);
  const state = await metricState(store, metric);
  const data: MetricRow[] = [];
  let count = 0;
  let last: string | null = null;
  let isMore = false;
  for await (const entry of keptEntries(store, metric, state, question)) {
    const row = metricRow(metric, state, entry);
    if (!matches(row, question.where)) continue;
    count++;
    if (after !== null && compareNames(entry.name, after) <= 0) continue;
    if (data.length === question.limit) isMore = true;
    else {
      data.push(row);
      last = entry.name;
    }
  }
  return {
    name: definition.name,
    unit: definition.unit,
    as_of: state.asOf,
    complete: state.isComplete,
    expired: state.expired,
    count,
    next: isMore && last !== null ? tokenOf(definition.id, last) : null,
    data,
  };
}

/** The newest window of each group, in the order of the groups' first windows. Empty for a metric of all time. */
export async function latestWindows(
  store: Pick<MetricStore, 'read' | 'shards' | 'entries'>,
  metric: AskedMetric,
): Promise<readonly MetricRow[]> {
  const state = await metricState(store, metric);
  const latest = new Map<string, MetricRow>();
  for await (const entry of keptEntries(store, metric, state)) {
    const row = metricRow(metric, state, entry);
    if (row.window !== undefined) latest.set(JSON.stringify(row.group), row);
  }
  return [...latest.values()];
}

function invalidQuestion({ definition }: AskedMetric, { next, where, fromSeconds, toSeconds }: MetricQuestion) {
  const refuse = (invalid: InvalidQuestion['invalid'], detail: string): InvalidQuestion => ({ invalid, detail });
  if (next !== undefined && nameIn(definition.id, next) === null) {
    return refuse('next', `expected the "next" of an answer of ${definition.name} as it is now, found another text`);
  }
  const fields = definition.by.map(({ path }) => path);
  const unknown = Object.keys(where ?? {}).find((path) => !fields.includes(path));
  if (unknown !== undefined) {
    return refuse('where', `expected a field that ${definition.name} is grouped by (${fields.join(', ') || 'none'})`);
  }
  if (fromSeconds !== undefined && toSeconds !== undefined && fromSeconds > toSeconds) {
    return refuse('window', 'expected from to be before to, found it after');
  }
  if ((fromSeconds !== undefined || toSeconds !== undefined) && definition.windowSeconds === null) {
    return refuse('window', `expected no from and to: ${definition.name} is over all time`);
  }
  return undefined;
}

function matches({ group }: MetricRow, where: MetricQuestion['where']): boolean {
  if (where === undefined) return true;
  return Object.entries(where).every(([path, text]) => valueText(group[path]) === text);
}

const valueText = (value: GroupValue | undefined) => String(value ?? null);

/** Opaque to clients; valid for one metric and meaning. */
function tokenOf(metric: string, name: string): string {
  return Buffer.from(JSON.stringify([metric, name])).toString('base64url');
}

function nameIn(metric: string, token: string): string | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 2 || parsed[0] !== metric) return null;
    return typeof parsed[1] === 'string' ? parsed[1] : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
