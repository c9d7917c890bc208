import type { Trouble } from '../../lib/api/status-routes.ts';
import type { MetricOverview } from '../../lib/pipeline/meter/metric-overview.ts';

/** The answer of `GET /overview`. */
export interface Overview {
  readonly health: {
    readonly status: 'ok' | 'filling' | 'failing';
    readonly gaps: readonly string[];
    readonly troubles: readonly Trouble[];
  };
  readonly streams: readonly StreamFigures[];
  /** Null while the store of live metrics does not respond. */
  readonly metrics: readonly ShownMetric[] | null;
}

export interface StreamFigures {
  readonly stream: string;
  readonly topic: string;
  /** Null until the events of earlier runs are counted; the same applies to rows and dead letters. */
  readonly events_in: number | null;
  readonly rows: number | null;
  readonly dead_letters: number | null;
  /** Records that are not in the lake yet. */
  readonly lag: number;
  /** The time of the newest record in the lake, ISO 8601. */
  readonly newest: string | null;
}

export interface ShownMetric extends MetricOverview {
  readonly name: string;
  readonly description: string;
  readonly unit: string | null;
  readonly stream: string;
  readonly by: readonly string[];
  readonly figures: readonly Figure[];
  readonly window_seconds: number | null;
  readonly as_of: string | null;
  readonly complete: boolean;
  readonly expired: number;
  readonly href: string;
}

export interface Figure {
  readonly name: string;
  readonly op: 'count' | 'sum' | 'min' | 'max';
  readonly field: string | null;
  readonly unit: string | null;
}

/** A figure's value. Decimals, timestamps and integers that exceed a double's precision are text. */
export type Value = number | string | null;

export type GroupValues = MetricOverview['rows'][number]['group'];
