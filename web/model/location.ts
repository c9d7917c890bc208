/** What the address says: the page, what of it, and how it is shown. `#/streams/shop.purchases?rows=50&theme=dark` */
export interface Place {
  readonly page: string;
  /** Behind the page's name: `['shop.purchases']`. */
  readonly path: readonly string[];
  /** The page's own parameters. */
  readonly query: Readonly<Record<string, string>>;
  readonly theme: 'light' | 'dark' | null;
  readonly isUtc: boolean;
}

/** Where the address leads to. */
export interface PageName {
  readonly name: string;
  /** How many parts an address may have behind the name. */
  readonly maxDepth: number;
}

export const FIRST_PAGE = 'now';

export function placeOf(hash: string): Place {
  const [path = '', text = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...rest] = path.replace(/\/$/, '').split('/').map(decoded);
  const { theme, time, ...query } = Object.fromEntries(new URLSearchParams(text));
  return {
    page: page === '' ? FIRST_PAGE : page,
    path: rest,
    query,
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    isUtc: time === 'utc',
  };
}

/** Undefined for a page that does not exist. */
export function pageAt<Page extends PageName>(pages: readonly Page[], { page, path }: Place): Page | undefined {
  return pages.find(({ name, maxDepth }) => name === page && path.length <= maxDepth);
}

export function hashOf({ page, path, query, theme, isUtc }: Place): string {
  const all = { ...query, ...(isUtc && { time: 'utc' }), ...(theme !== null && { theme }) };
  const text = new URLSearchParams(all).toString();
  return `#/${[page, ...path].map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** Where a link leads to, shown as the page that has the link. Parameters that are empty are left out. */
export function linkTo(
  { theme, isUtc }: Pick<Place, 'theme' | 'isUtc'>,
  [page, ...path]: readonly [string, ...string[]],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return hashOf({ page, path, query: Object.fromEntries(given), theme, isUtc });
}

/** A link that somebody has cut off in the middle of a `%` stays the text that it is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}
