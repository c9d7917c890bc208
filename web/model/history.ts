import type { StreamFigures } from './overview.ts';

/** Five minutes of polling: the range of a sparkline, and all that is kept. */
export const KEPT_SAMPLES = 150;
/** A rate over a shorter time jumps with every batch. */
const RATE_MS = 10_000;

interface Sample {
  readonly atMs: number;
  /** Null until the events of earlier runs are counted. */
  readonly eventsIn: number | null;
}

/** A stream's samples since the page was opened. */
export interface StreamHistory {
  readonly samples: readonly Sample[];
  /** When everything was last known to be in the lake. */
  readonly caughtUpMs: number | null;
}

export type History = ReadonlyMap<string, StreamHistory>;

/** The history with one more sample. @param atMs by the server's clock */
export function withSample(history: History, streams: readonly StreamFigures[], atMs: number): History {
  return new Map(
    streams.map(({ stream, events_in: eventsIn, lag }) => {
      const before = history.get(stream);
      const kept = before?.samples.slice(-(KEPT_SAMPLES - 1)) ?? [];
      const caughtUpMs = lag === 0 ? atMs : (before?.caughtUpMs ?? null);
      return [stream, { samples: [...kept, { atMs, eventsIn }], caughtUpMs }];
    }),
  );
}

/** Events per second over about the last ten seconds; null before two samples, and after counting has restarted. */
export function currentRate({ samples }: StreamHistory): number | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const first = samples.findLast(({ atMs }) => last.atMs - atMs >= RATE_MS) ?? samples[0];
  return rateBetween(first, last);
}

/** Events per second between neighbouring samples. */
export function rates({ samples }: StreamHistory): readonly (number | null)[] {
  return samples.slice(1).map((sample, index) => rateBetween(samples[index], sample));
}

function rateBetween(first: Sample | undefined, last: Sample): number | null {
  if (first === undefined || first.eventsIn === null || last.eventsIn === null) return null;
  const [events, ms] = [last.eventsIn - first.eventsIn, last.atMs - first.atMs];
  return ms <= 0 || events < 0 ? null : (events * 1000) / ms;
}

/**
 * The longest that the oldest event missing from the lake can have waited: it arrived after the newest event in the
 * lake, and after everything was last known to be there. Null if neither time is known.
 */
export function lagSeconds(
  { lag, newest }: Pick<StreamFigures, 'lag' | 'newest'>,
  history: StreamHistory | undefined,
  nowMs: number,
): number | null {
  if (lag === 0) return 0;
  const since = [newest === null ? null : Date.parse(newest), history?.caughtUpMs ?? null].filter((ms) => ms !== null);
  return since.length === 0 ? null : Math.max(0, (nowMs - Math.max(...since)) / 1000);
}
