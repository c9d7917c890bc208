import type { StreamFigures } from './overview.ts';

/** Five minutes of polling: what a sparkline shows, and all that is kept. */
export const KEPT_SAMPLES = 150;
/** A rate over less than this jumps with every batch. */
const RATE_MS = 10_000;

interface Sample {
  readonly atMs: number;
  /** null until those of earlier runs are counted. */
  readonly eventsIn: number | null;
}

/** What has been seen of a stream since the page was opened. */
export interface StreamHistory {
  readonly samples: readonly Sample[];
  /** When everything was last seen in the lake. */
  readonly caughtUpMs: number | null;
}

export type History = ReadonlyMap<string, StreamHistory>;

/** The history with one more answer. @param atMs by the server's clock */
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

/** Events a second over the last ten seconds or so; null before two samples, and where counting has begun again. */
export function currentRate({ samples }: StreamHistory): number | null {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const first = samples.findLast(({ atMs }) => last.atMs - atMs >= RATE_MS) ?? samples[0];
  return rateBetween(first, last);
}

/** Events a second between neighbouring samples. */
export function rates({ samples }: StreamHistory): readonly (number | null)[] {
  return samples.slice(1).map((sample, index) => rateBetween(samples[index], sample));
}

function rateBetween(first: Sample | undefined, last: Sample): number | null {
  if (first === undefined || first.eventsIn === null || last.eventsIn === null) return null;
  const [events, ms] = [last.eventsIn - first.eventsIn, last.atMs - first.atMs];
  return ms <= 0 || events < 0 ? null : (events * 1000) / ms;
}

/**
 * How long the oldest event has waited that is not in the lake, at most: it came after the newest that is there, and after
 * everything was last seen there. null where neither is known.
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
