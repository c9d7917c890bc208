/** What the address says: the page, and how it is shown. `#/now?time=utc&theme=dark` */
export interface Place {
  readonly page: Page;
  readonly theme: 'light' | 'dark' | null;
  readonly isUtc: boolean;
}

export const pages = ['now'] as const;
export type Page = (typeof pages)[number];

/** Undefined for a page that does not exist. */
export function placeOf(hash: string): Place | undefined {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const page = path === '' ? 'now' : pages.find((one) => one === path);
  if (page === undefined) return undefined;
  const said = new URLSearchParams(query);
  const theme = said.get('theme');
  return { page, theme: theme === 'light' || theme === 'dark' ? theme : null, isUtc: said.get('time') === 'utc' };
}

export function hashOf({ page, theme, isUtc }: Place): string {
  const query = new URLSearchParams({ ...(isUtc && { time: 'utc' }), ...(theme !== null && { theme }) }).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}
