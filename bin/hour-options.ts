import type { HourOfTable } from '../lib/derive/table-partition.ts';
import { hourText, parseHour, startMs } from '../lib/pipeline/transform/hours.ts';
import { UsageError } from './usage-error.ts';

/** @throws UsageError naming the option. */
export function givenHour(option: string, text: string, nowMs: number): HourOfTable {
  try {
    return parseHour(text, nowMs);
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws UsageError naming the option; also if the span ends before it begins. */
export function givenSpan(
  from: string,
  to: string,
  nowMs: number,
): { readonly from: HourOfTable; readonly to: HourOfTable } {
  const span = { from: givenHour('--from', from, nowMs), to: givenHour('--to', to, nowMs) };
  if (startMs(span.to) >= startMs(span.from)) return span;
  throw new UsageError(`--to: expected an hour at or after ${hourText(span.from)}, found ${hourText(span.to)}`);
}

/** Either end is optional. @throws UsageError naming the option */
export function givenBounds(
  { from, to }: { readonly from?: string; readonly to?: string },
  nowMs: number,
): { readonly from?: HourOfTable; readonly to?: HourOfTable } {
  if (from !== undefined && to !== undefined) return givenSpan(from, to, nowMs);
  return {
    ...(from !== undefined && { from: givenHour('--from', from, nowMs) }),
    ...(to !== undefined && { to: givenHour('--to', to, nowMs) }),
  };
}
