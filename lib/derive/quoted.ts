/** A quoted SQL identifier: `"order"`. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
