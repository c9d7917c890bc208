import type { Merge, MetricEntry } from '../metric-store.ts';
import { mergeAmount, wholeValue } from './measured-value.ts';

type Value = bigint | null;

export function mergeValues(merges: readonly Merge[], left: readonly Value[], right: readonly Value[]): Value[] {
  return merges.map((merge, index) => wholeValue(mergeAmount(merge, left[index] ?? null, right[index] ?? null)));
}

const NONE = '-';

/** An entry's values as stores keep them: decimal digits, `-` for null, then the label on its own line: `12 350 -`. */
export function entryText({ values, label }: Pick<MetricEntry, 'values' | 'label'>): string {
  const text = values.map((value) => (value === null ? NONE : String(value))).join(' ');
  return label === null ? text : `${text}\n${label}`;
}

export function entryOf(name: string, text: string): MetricEntry {
  const end = text.indexOf('\n');
  const values = (end < 0 ? text : text.slice(0, end)).split(' ');
  return {
    name,
    label: end < 0 ? null : text.slice(end + 1),
    values: values.map((value) => (value === NONE ? null : BigInt(value))),
  };
}
