import type { ModelNode } from '../../lib/api/model-routes.ts';

type Shown = Pick<ModelNode, 'state' | 'failed_hours' | 'newest_hour' | 'lake_hour'>;

const HOUR_MS = 3_600_000;

/** `failed in 2 hours`, `3 h behind the lake`. */
export function stateText({ state, failed_hours, newest_hour, lake_hour }: Shown): string {
  switch (state) {
    case 'current':
      return 'current';
    case 'failed':
      return `failed in ${failed_hours} ${failed_hours === 1 ? 'hour' : 'hours'}`;
    case 'behind':
      return `${hoursBetween(newest_hour, lake_hour)} h behind the lake`;
    case 'never_run':
      return 'never run';
    case 'unknown':
      return 'not known yet';
    default:
      return state satisfies never;
  }
}

/** The class of the dot beside it. */
export const stateDot = { current: 'ok', behind: 'filling', failed: 'bad', never_run: '', unknown: '' } as const;

function hoursBetween(from: string | null, to: string | null): number {
  return Math.round((hourMs(to ?? '') - hourMs(from ?? '')) / HOUR_MS);
}

/** When the hour `2026-01-31T13` begins. */
const hourMs = (hour: string): number => Date.parse(`${hour}:00:00Z`);

/** `2026-01-31 13:00`; hours of the lake are in UTC. */
export const hourLabel = (hour: string | null): string => (hour === null ? '–' : `${hour.replace('T', ' ')}:00`);
