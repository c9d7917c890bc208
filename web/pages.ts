import type { VNode } from 'preact';
import type { PageName, Place } from './model/location.ts';
import type { Times } from './model/times.ts';
import { DeadLetters } from './pages/dead-letters/dead-letters.tsx';
import { Health } from './pages/health/health.tsx';
import { Lake } from './pages/lake/lake.tsx';
import { Models } from './pages/models/models.tsx';
import { Query } from './pages/query/query.tsx';
import { Streams } from './pages/streams/streams.tsx';
import type { Watched } from './use-overview.ts';
import { Now } from './views/now.tsx';

export interface PageProps {
  /** The state in the address. */
  readonly place: Place;
  /** Streams, metrics and health: polled once, for the header and the current page. */
  readonly overview: Watched;
  readonly times: Times;
  /** Whether the API has the routes of a page. */
  isServed(page: string): boolean;
}

export interface Page extends PageName {
  readonly title: string;
  View(props: PageProps): VNode;
}

/** Every page, in navigation order. */
export const pages: readonly Page[] = [
  { name: 'now', title: 'Now', maxDepth: 0, View: Now },
  { name: 'streams', title: 'Streams', maxDepth: 1, View: Streams },
  { name: 'lake', title: 'Lake', maxDepth: 2, View: Lake },
  { name: 'models', title: 'Models', maxDepth: 1, View: Models },
  { name: 'dead-letters', title: 'Dead letters', maxDepth: 3, View: DeadLetters },
  { name: 'query', title: 'Query', maxDepth: 0, View: Query },
  { name: 'health', title: 'Health', maxDepth: 1, View: Health },
];
