import type { Trouble } from '../api/status-routes.ts';
import type { Notice } from './trouble-report.ts';

/** Keeps the list of current problems from the notices about them. */
export interface OpenTroubles {
  add(notice: Notice): void;
  list(): readonly Trouble[];
}

export function openTroubles(): OpenTroubles {
  const open = new Map<string, Trouble>();
  return {
    add({ kind, what, message, replaces }) {
      if (replaces !== undefined) open.delete(replaces);
      switch (kind) {
        case 'recovered':
          open.delete(what);
          break;
        case 'trouble':
        case 'stopped':
          open.set(what, { state: kind === 'stopped' ? 'stopped' : 'trying', what, message });
          break;
        default:
          kind satisfies never;
      }
    },
    list: () => [...open.values()],
  };
}
