import type { DeclaredRoute } from '../../lib/index.ts';

export const processedRoutes: readonly DeclaredRoute[] = [
  { path: '/users', summary: 'Searches of each user', view: { shape: 'byKey', metric: 'users' } },
  { path: '/hotels', summary: 'Searches for each hotel', view: { shape: 'byKey', metric: 'hotels' } },
];
