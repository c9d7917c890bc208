const MAX_LINES = 25;

/** Collects the duration of each model's statements, in warehouses with histories of different lengths. */
export function statementTimes() {
  const times = new Map<string, number[]>();
  const key = (history: number, step: string) => `${history} ${step}`;
  const medianMs = (history: number, step: string) => {
    const sorted = (times.get(key(history, step)) ?? []).sort((left, right) => left - right);
    return sorted[sorted.length >> 1] ?? 0;
  };
  const steps = new Set<string>();
  return {
    /** `name` is `analytics.rooms (…), hour 2026-01-31T13: statement 4`. */
    took(history: number, name: string, wallMs: number): void {
      const step = `${name.split(' ', 1)[0]}${name.replace(/^[^:]*/, '')}`;
      steps.add(step);
      times.set(key(history, step), [...(times.get(key(history, step)) ?? []), wallMs]);
    },
    /** The statements whose duration grows most from `shorter` to `longer` hours of history, as lines. */
    grown(shorter: number, longer: number): string {
      const rows = [...steps].map((step) => ({ step, from: medianMs(shorter, step), to: medianMs(longer, step) }));
      rows.sort((left, right) => right.to - right.from - (left.to - left.from));
      const lines = rows
        .slice(0, MAX_LINES)
        .map(({ step, from, to }) => `${from.toFixed(1).padStart(9)}${to.toFixed(1).padStart(9)}  ${step}`);
      return `median ms after ${shorter} and after ${longer} hours of history\n${lines.join('\n')}\n`;
    },
  };
}
