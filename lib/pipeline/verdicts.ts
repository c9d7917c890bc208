import { offsetsIn, rangesOf, union } from './offset-ranges.ts';
import type { Rejection } from './outcome.ts';
import type { RecordedRejections, Verdict } from './slot.ts';

/** Returns rejections as a footer records them: grouped by identical verdicts. */
export function recordVerdicts(
  rejected: ReadonlyMap<number, Rejection>,
  contractVersion: number,
): readonly RecordedRejections[] {
  const groups = new Map<string, { readonly verdict: Verdict; readonly offsets: number[] }>();
  for (const [offset, { reason, path, detail }] of [...rejected].sort(([left], [right]) => left - right)) {
    const key = JSON.stringify([reason, path, detail]);
    const group = groups.get(key) ?? { verdict: { reason, path, detail, contractVersion }, offsets: [] };
    groups.set(key, group);
    group.offsets.push(offset);
  }
  return [...groups.values()].map(({ verdict, offsets }) => ({ ...verdict, offsets: rangesOf(offsets) }));
}

/** Returns the verdict on each offset that the footer rejects. */
export function verdictsOf(recorded: readonly RecordedRejections[]): ReadonlyMap<number, Verdict> {
  const verdicts = new Map<number, Verdict>();
  for (const { offsets, ...verdict } of recorded) {
    for (const offset of offsetsIn(offsets)) verdicts.set(offset, verdict);
  }
  return verdicts;
}

/** Merges the rejections of several footers: grouped by identical verdicts. */
export function mergedRejections(recorded: readonly RecordedRejections[]): readonly RecordedRejections[] {
  const groups = new Map<string, RecordedRejections>();
  for (const { offsets, ...verdict } of recorded) {
    const { reason, path, detail, contractVersion } = verdict;
    const key = JSON.stringify([reason, path, detail, contractVersion]);
    groups.set(key, { ...verdict, offsets: union(groups.get(key)?.offsets ?? [], offsets) });
  }
  return [...groups.values()];
}
