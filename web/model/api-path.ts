/** The path of a request: `/dead-letters?stream=orders`. Absent and empty parameters are omitted. */
export function apiPath(
  segments: readonly (string | number)[],
  parameters: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}${query === '' ? '' : `?${query}`}`;
}
