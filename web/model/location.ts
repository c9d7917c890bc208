/** The state in the address: the page, its path, and how it is shown. `#/streams/shop.purchases?rows=50&theme=dark` */
export interface Place {
  readonly page: string;
  /** The path after the page's name: `['shop.purchases']`. */
  readonly path: readonly string[];
  /** The page's own parameters. */
  readonly query: Readonly<Record<string, string>>;
  readonly theme: 'light' | 'dark' | null;
  readonly isUtc: boolean;
}

/** The target of an address. */
export interface PageName {
  readonly name: string;
  /** The maximum number of path segments after the name. */
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

/** Undefined if the page does not exist. */
export function pageAt<Page extends PageName>(pages: readonly Page[], { page, path }: Place): Page | undefined {
  return pages.find(({ name, maxDepth }) => name === page && path.length <= maxDepth);
}

export function hashOf({ page, path, query, theme, isUtc }: Place): string {
  const all = { ...query, ...(isUtc && { time: 'utc' }), ...(theme !== null && { theme }) };
  const text = new URLSearchParams(all).toString();
  return `#/${[page, ...path].map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** The address of a link, with the display settings of the current page. Empty parameters are omitted. */
export function linkTo(
  { theme, isUtc }: Pick<Place, 'theme' | 'isUtc'>,
  [page, ...path]: readonly [string, ...string[]],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return hashOf({ page, path, query: Object.fromEntries(given), theme, isUtc });
}

/** A link that was cut off within a `%` escape is kept as plain text. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}
